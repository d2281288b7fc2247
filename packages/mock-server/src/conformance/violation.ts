/** The server breaks the rule; the message says what was found. */
export class Violation extends Error {
  override readonly name: string = 'Violation';
}

/** Nothing can be said about the rule; the message says why. */
export class Unchecked extends Error {
  override readonly name: string = 'Unchecked';
}

export function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Violation(otherwise);
}
