import type { Family, Found, Token } from './session-store.ts';

/** A family with its tokens: generation n is at index n - 1. */
export interface Entry {
  family: Family;
  readonly tokens: Token[];
  /** Of a family with many tokens, which generation was exchanged with which key. */
  keys: Map<string, number> | null;
  /** Tells which of two logins at the same instant was first. */
  readonly order: number;
}

/** What a rule decides from; `looked` is the token looked up, by default the newest. */
export function foundIn(entry: Entry, looked?: Token, keyHash?: string | null): Found | null {
  const { family, tokens } = entry;
  const newest = tokens.at(-1);
  if (newest === undefined) return null;
  return {
    family,
    token: looked ?? newest,
    newest,
    parent: tokens.at(-2) ?? null,
    keyUsedFor: keyHash ? generationOf(entry, keyHash) : null,
  };
}

/** A few tokens are looked through faster than a map of them is made and kept. */
const fewTokens = 64;

function generationOf(entry: Entry, keyHash: string): number | null {
  const { tokens } = entry;
  if (tokens.length <= fewTokens) return tokens.find((token) => token.keyHash === keyHash)?.generation ?? null;
  entry.keys ??= new Map(
    tokens.flatMap((token) => (token.keyHash === null ? [] : [[token.keyHash, token.generation]])),
  );
  return entry.keys.get(keyHash) ?? null;
}
