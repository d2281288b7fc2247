/** Something that whoever runs the command can put right: one sentence, and no stack trace. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  /** 2 for a command that makes no sense, 1 for what did not work. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export const misuse = (message: string): Failure => new Failure(message, 2);

/** What an error of the system or of a database says, on one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node tries all addresses of a name and says what became of each.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const message = error.message === '' && inner instanceof Error ? inner.message : error.message;
  return (message.split('\n')[0] ?? '').replace(/\.$/, '');
}
