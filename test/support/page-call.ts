/** What a function that is run in a page may take and give: it travels as JSON. */
export type InPage<A extends unknown[], R> = (...args: A) => R | Promise<R>;

interface Answer {
  value?: unknown;
  error?: { name: string; message: string; code?: string };
}

/** A rejection inside the page, with the name and the code it had there. */
export class PageError extends Error {
  readonly code: string | undefined;

  constructor(error: NonNullable<Answer['error']>) {
    super(error.message);
    this.name = error.name;
    this.code = error.code;
  }
}

/**
 * The call as an expression of one promise of a string, so that it means the same in every engine and under any CSP.
 * With a `gate` it waits there first (see barrier.ts).
 */
export const callExpression = <A extends unknown[], R>(fn: InPage<A, R>, args: A, gate?: string): string =>
  `(async () => {
    try {
      ${gate === undefined ? '' : `await fetch('${gate}');`}
      return JSON.stringify({ value: await (${fn.toString()})(...${JSON.stringify(args)}) });
    } catch (error) {
      const { name = 'Error', message = String(error), code } = error ?? {};
      return JSON.stringify({ error: { name, message, code: typeof code === 'string' ? code : undefined } });
    }
  })()`;

export function readAnswer<R>(json: string): R {
  const answer = JSON.parse(json) as Answer;
  if (answer.error !== undefined) throw new PageError(answer.error);
  return answer.value as R;
}
