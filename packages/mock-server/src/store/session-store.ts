/** All refresh tokens descended from one login: one session, whose id is the `sid` on the wire. Instants are epoch milliseconds. */
export interface Family {
  readonly id: string;
  readonly userId: string;
  /** The client that the login named, or else the first refresh; null until one of them did. */
  readonly clientId: string | null;
  readonly createdAt: number;
  /** The end of the three months. Nothing ever moves it. */
  readonly absoluteExpiresAt: number;
  /** The start of the running week. */
  readonly lastRotatedAt: number;
  /** Generation of the current token; the first is 1. */
  readonly generation: number;
  readonly revokedAt: number | null;
  readonly revokeReason: string | null;
  /** How often the last rotation's answer was given again. */
  readonly replayCount: number;
  /** RFC 7638 thumbprint of the key the family is bound to; null for a family that is bound to none, or has ended. */
  readonly deviceKey: string | null;
  readonly deviceLabel: string | null;
  readonly userAgent: string | null;
  readonly ipPrefix: string | null;
}

/** One refresh token, known by its hash only; after its time a tombstone that still tells reuse from nonsense. */
export interface Token {
  readonly hash: string;
  readonly familyId: string;
  readonly generation: number;
  readonly status: 'current' | 'rotated' | 'revoked';
  readonly createdAt: number;
  readonly rotatedAt: number | null;
  /** SHA-256 of the Idempotency-Key it was exchanged with, for as long as its family lives: a key is good for one token. */
  readonly keyHash: string | null;
  /** The token it was exchanged for, readable only with this token and that key. */
  readonly successor: string | null;
  /** SHA-256 of this token's revocation ticket. */
  readonly revokeVerifier: string;
  /** Whether it was issued to the family's device key. One that was not stays a bearer token, whatever the family became later. */
  readonly bound: boolean;
}

export type Lookup =
  /** With `keyHash` it is also looked up which token of the family was exchanged with that key. */
  | { readonly tokenHash: string; readonly keyHash?: string | null }
  | { readonly revokeVerifier: string }
  | { readonly familyId: string };

/** What a decision is made from. */
export interface Found {
  readonly family: Family;
  /** The token looked up; for a look-up by family its newest. */
  readonly token: Token;
  /** The family's newest token, current unless the family was revoked. */
  readonly newest: Token;
  /** The one before it. */
  readonly parent: Token | null;
  /** Generation of the token that was exchanged with the key looked up; null when none was. */
  readonly keyUsedFor: number | null;
}

/**
 * Rows to replace, or to add where they are new; all or none. A family that is written as ended (`revokedAt`) takes its tokens
 * along, and none has to be among `tokens`: afterwards none is `current`, and none keeps a `keyHash` or a `successor`.
 */
export interface Write {
  readonly family: Family;
  readonly tokens: readonly Token[];
}

/** What becomes of what was found; without `write` it stays as it is. */
export interface Decision<T> {
  readonly result: T;
  readonly write?: Write;
}

/**
 * Decides from the rows as they are inside the transaction. It must be a pure, synchronous function: a store may call it
 * again when a transaction has to be tried anew, and what it returns is committed or nothing is.
 */
export type Rule<T> = (found: Found | null) => Decision<T>;

export interface StoredSession {
  readonly family: Family;
  /** By generation. */
  readonly tokens: readonly Token[];
}

/**
 * Where sessions live. Every method is one atomic step; decisions about one family happen one after the other, also between
 * processes that share the store. A store refuses (and changes nothing by) a write that would leave two tokens `current` in a
 * family or two of one generation. Rows are never changed in place. A failing store rejects.
 */
export interface SessionStore {
  /** Adds a new family and its first token. */
  open(family: Family, token: Token): Promise<void>;
  /** Looks up, decides and writes in one transaction. */
  decide<T>(lookup: Lookup, rule: Rule<T>): Promise<T>;
  /** The same for all families of a user that have not ended, together in one transaction. However many have ended, it costs the same. */
  decideEach<T>(userId: string, rule: (found: Found) => Decision<T>): Promise<readonly T[]>;
  /** A plain read, for checking an access token's session. */
  find(familyId: string): Promise<Family | null>;
  /**
   * A user's families that have not ended and were begun or refreshed at or after the instant, oldest login first. However many
   * ended or lapsed before, it costs the same.
   */
  unended(userId: string, usedSince: number): Promise<readonly Family[]>;
  /**
   * Some of a user's families, oldest login first: up to so many that have not ended, by the day of their last use, and up to so many
   * that have, those that ended last.
   */
  recent(userId: string, most: { readonly unended: number; readonly ended: number }): Promise<readonly Family[]>;
  /** Families with their tokens, oldest login first; all of them without `userId`. Reads all there are: for tests and administration. */
  list(userId?: string): Promise<readonly StoredSession[]>;
  /**
   * Deletes up to `limit` families, with their tokens, whose `absoluteExpiresAt` is before the instant. Returns how many; a store
   * that makes requests wait meanwhile does less at a time, and 0 says that there is nothing left. Of a family with very many
   * tokens the oldest may go first, in steps of their own.
   */
  purge(expiredBefore: number, limit: number): Promise<number>;
  /**
   * Erases up to `limit` successors whose tokens were rotated before the instant: those of unbound tokens, or those of bound ones,
   * which are kept for longer. Returns how many, in the same way.
   */
  eraseSuccessors(rotatedBefore: number, limit: number, bound?: boolean): Promise<number>;
  clear(): Promise<void>;
}
