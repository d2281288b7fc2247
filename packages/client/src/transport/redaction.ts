/** So many characters of a token that follow each other are too many. */
const piece = 16;
const removed = '[removed]';

/** Takes secrets out of what others said, before it becomes part of an error. */
export interface Redaction {
  text(text: string): string;
  /** A copy of what was parsed from JSON. */
  body(body: unknown): unknown;
  /** The error itself where it is clean, else what can be told of it. */
  cause(cause: unknown): unknown;
}

function holds(text: string, secret: string): boolean {
  const size = Math.min(piece, secret.length);
  for (let at = 0; at + size <= text.length; at++) if (secret.includes(text.slice(at, at + size))) return true;
  return false;
}

function decoded(text: string): string {
  return text.replace(/%[2-7][0-9a-f]/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

/** @param known the secrets, whole; a secret of one or two letters cannot be told from a word. */
export function createRedaction(known: readonly unknown[]): Redaction {
  const secrets = known.filter((secret): secret is string => typeof secret === 'string' && secret.length > 3);
  const isSecret = (run: string): boolean => {
    const forms = [run, decoded(run), decoded(decoded(run))];
    return secrets.some((secret) => forms.some((form) => holds(form, secret)));
  };
  const cut = (text: string): string => {
    const whole = secrets.reduce((rest, secret) => rest.replaceAll(secret, removed), text);
    return whole.replace(/[^\s"'<>(){}[\],;]+/g, (run) => (isSecret(run) ? removed : run));
  };
  const hidden = (name: string): boolean => /^(access|refresh|id)_?token$/i.test(name);
  const written = (value: unknown): string | undefined => {
    try {
      return JSON.stringify(value, (name, member) => (typeof member === 'string' && hidden(name) ? removed : member));
    } catch {
      return undefined;
    }
  };
  const cause = (given: unknown, depth = 5): unknown => {
    if (typeof given === 'string') return cut(given);
    if (typeof given !== 'object' || given === null) return given;
    const { name, message, stack, cause: inner } = given as Error;
    const kept = depth > 0 ? cause(inner, depth - 1) : undefined;
    const said = `${message} ${stack} ${written(given)}`.slice(0, 20_000);
    if (kept === inner && cut(said) === said) return given;
    const clean = new Error(cut(`${message}`), kept === undefined ? {} : { cause: kept });
    clean.name = cut(`${name}`);
    return clean;
  };
  return {
    // A JWT is a secret, whoever it belongs to.
    text: (text) => cut(text.slice(0, 500)).replace(/\beyJ[\w-]{6,}\.[\w.-]*/g, removed),
    body: (body) => {
      const text = written(body);
      return text === undefined
        ? undefined
        : JSON.parse(text, (_, value) => (typeof value === 'string' ? cut(value) : value));
    },
    cause,
  };
}
