/** One ES256 key pair. `replacedAt` is when a newer key took over signing; null for the one that signs. */
interface SigningKey {
    readonly kid: string;
    readonly privateKey: CryptoKey;
    readonly publicKey: CryptoKey;
    readonly replacedAt: number | null;
    /** Until when tokens signed with it are good for API calls. Afterwards it only proves a pair genuine at logout. */
    readonly verifiesApiUntil: number | null;
}
/** Where the server's signing keys live. Several servers over one store need one of these over the same keys. */
interface SigningKeys {
    /** The key that signs first, then those it replaced. Makes the first key when there is none. */
    load(): Promise<readonly SigningKey[]>;
    /** Replaces all keys with `next(present)` as one step. */
    update(next: (present: readonly SigningKey[]) => readonly SigningKey[]): Promise<void>;
    /** Makes a key of the kind that can be kept here. Default: one whose private half never leaves the process. */
    newKey?(): Promise<SigningKey>;
}

/** Signing keys in IndexedDB, private halves unreadable, for servers in several tabs that accept each other's access tokens. */
declare function indexedDbSigningKeys({ name }?: {
    name?: string;
}): SigningKeys;

/** All refresh tokens descended from one login: one session, whose id is the `sid` on the wire. Instants are epoch milliseconds. */
interface Family {
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
interface Token {
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
type Lookup = 
/** With `keyHash` it is also looked up which token of the family was exchanged with that key. */
{
    readonly tokenHash: string;
    readonly keyHash?: string | null;
} | {
    readonly revokeVerifier: string;
} | {
    readonly familyId: string;
};
/** What a decision is made from. */
interface Found {
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
interface Write {
    readonly family: Family;
    readonly tokens: readonly Token[];
}
/** What becomes of what was found; without `write` it stays as it is. */
interface Decision<T> {
    readonly result: T;
    readonly write?: Write;
}
/**
 * Decides from the rows as they are inside the transaction. It must be a pure, synchronous function: a store may call it
 * again when a transaction has to be tried anew, and what it returns is committed or nothing is.
 */
type Rule<T> = (found: Found | null) => Decision<T>;
interface StoredSession {
    readonly family: Family;
    /** By generation. */
    readonly tokens: readonly Token[];
}
/**
 * Where sessions live. Every method is one atomic step; decisions about one family happen one after the other, also between
 * processes that share the store. A store refuses (and changes nothing by) a write that would leave two tokens `current` in a
 * family or two of one generation. Rows are never changed in place. A failing store rejects.
 */
interface SessionStore {
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
    recent(userId: string, most: {
        readonly unended: number;
        readonly ended: number;
    }): Promise<readonly Family[]>;
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

/** Sessions in IndexedDB: they survive a reload, and all tabs of an origin share them. */
declare function indexedDbStore({ name }?: {
    name?: string;
}): SessionStore;

/** A span of time: milliseconds, or text such as `'20m'`, `'6d 23h'`, `'1.5s'` (units w, d, h, m, s, ms). */
type Duration = number | string;

/** The server's time. A client on the same clock (see `platformOf`) lives through three months in milliseconds. */
interface Clock {
    /** Epoch milliseconds. */
    now(): number;
    /** Calls back once, `delay` milliseconds of this clock from now. Returns the function that cancels it. */
    setTimer(callback: () => void, delay: number): () => void;
    /**
     * Moves time forward and fires every timer that falls due on the way, in order, each at its own time, before it returns.
     * Timers set by those callbacks fire too when they fall due. Promises settled by callbacks run on only after `advance`.
     *
     * @example clock.advance('6d 23h');
     * @throws RangeError for a duration that cannot be read or is negative.
     */
    advance(by: Duration): void;
}

/** What several tabs, each with a server of its own in the page, have in common: together they are one server. */
interface SharedServerState {
    readonly store: SessionStore;
    readonly signingKeys: SigningKeys;
    /** Advanced in one tab, it is advanced in all. */
    readonly clock: Clock;
    /** Calls back when another tab changed sessions or the time. Returns the function that stops it. */
    subscribe(listener: () => void): () => void;
    /** Deletes sessions, keys and the advanced time. Reload the tabs afterwards. */
    forget(): Promise<void>;
    /** Lets go of the other tabs. */
    close(): void;
}
/**
 * Opens the state that the tabs of this origin share under a name.
 *
 * @example const server = createAuthServer({ users, ...(await sharedServerState()) });
 */
declare function sharedServerState({ name, }?: {
    name?: string;
}): Promise<SharedServerState>;

export { indexedDbSigningKeys, indexedDbStore, sharedServerState };
export type { SharedServerState };
