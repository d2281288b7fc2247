import { fingerprint } from '../tokens/digest.ts';

/** Takes secrets out of what is written down. */
export interface Redaction {
  /** From now on the value appears as its fingerprint. */
  learn(value: string): Promise<void>;
  /** From now on the value does not appear at all: the fingerprint of a password would let it be guessed. */
  hide(value: string): void;
  apply(text: string): string;
}

/** What begins as every JWT does. One that the kit never saw as a token is one all the same. */
const likeJwt = /eyJ[\w-]{5,}(\.[\w-]*){0,2}/g;

/** What is shorter is no secret, and taking it out would garble the rest. */
const shortest = 6;

export function createRedaction(): Redaction {
  const stands = new Map<string, string>();

  const replaced = (text: string, secret: string, stand: string) =>
    text.replaceAll(secret, stand).replaceAll(encodeURIComponent(secret), stand);

  return {
    async learn(value) {
      if (value.length >= shortest && !stands.has(value)) stands.set(value, `sha256:${await fingerprint(value)}`);
    },
    hide(value) {
      if (value.length >= shortest) stands.set(value, '(hidden)');
    },
    apply(text) {
      // Longer ones first: a ticket or a key may be part of something else.
      const known = [...stands].sort(([a], [b]) => b.length - a.length);
      const clean = known.reduce((rest, [secret, stand]) => replaced(rest, secret, stand), text);
      return clean.replace(likeJwt, '(a token)');
    },
  };
}
