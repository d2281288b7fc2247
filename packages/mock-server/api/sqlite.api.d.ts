/**
 * Someone who can log in. Give either the password or, as a `PasswordHasher` made it, its hash. A test may give a password
 * as short as it likes; what `setPassword` takes must be a real one.
 */
interface UserAccount {
    readonly username: string;
    readonly password?: string;
    readonly passwordHash?: string;
    /** Go into the access token and the answer of `me`, beside the server's own, which they cannot replace. */
    readonly claims?: Readonly<Record<string, unknown>>;
}

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

/** Users in the database, their passwords as hashes only. */
interface Accounts {
    /** In the order of their names. */
    load(): Promise<readonly UserAccount[]>;
    /**
     * Adds users, or replaces those of the same name, all or none.
     *
     * @throws RangeError for a password in the clear.
     */
    save(accounts: readonly UserAccount[]): Promise<void>;
    /** Replaces a user's hash if it still is `present`. Returns the hash that is there then; null for a user without one. */
    renew(username: string, present: string, next: string): Promise<string | null>;
}

interface KeySecretOptions {
    /**
     * What the private signing keys are wrapped with before they are kept: a random text of 32 characters or more, the same for all
     * servers over one database, and kept elsewhere than the database and its copies. Several, newest first, to replace one: the first
     * wraps, all open. Default: the environment variable `LATCHKEY_KEY_SECRET`.
     *
     * Rejected: a shorter text.
     */
    readonly keySecret?: string | readonly string[];
}

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

/** All that a server must find again after a restart, and that servers over the same database share. */
interface ServerState {
    readonly store: SessionStore;
    /** With their private halves, wrapped with a secret that is not in the database. */
    readonly signingKeys: SigningKeys;
    readonly accounts: Accounts;
    /** Lets go of the database. */
    close(): Promise<void>;
}

interface FileOptions {
    /** Created where there is none, readable to its owner only; `':memory:'` is a database that ends with the connection. */
    readonly file: string;
    /** How long to wait for another process that is writing, in milliseconds. Default 10,000. */
    readonly busyTimeout?: number;
}

/**
 * Sessions, signing keys and users in one file. The private keys are wrapped with a secret that is not in it: `keySecret`, the
 * environment variable `LATCHKEY_KEY_SECRET`, or else a file beside it, `latchkey.secret` for `latchkey.sqlite`.
 *
 * @example
 * const { store, signingKeys, accounts } = sqliteServerState({ file: 'latchkey.sqlite' });
 * const server = createAuthServer({ users: await accounts.load(), store, signingKeys });
 *
 * @throws the system's or SQLite's error when the file cannot be opened; RangeError for a secret that is too short.
 */
declare function sqliteServerState(options: FileOptions & KeySecretOptions): ServerState;

type SqliteStore = SessionStore & {
    /** Lets go of the file. The store cannot be used any more. */
    close(): Promise<void>;
};
/**
 * Sessions in one file, by Node's own SQLite (Node 22.13 and later). Several processes on the same machine can share it.
 *
 * @example const server = createAuthServer({ users, store: sqliteStore({ file: 'sessions.sqlite' }) });
 * @throws the system's or SQLite's error when the file cannot be opened.
 */
declare function sqliteStore(options: FileOptions): SqliteStore;

export { sqliteServerState, sqliteStore };
export type { Accounts, FileOptions, KeySecretOptions, ServerState, SqliteStore };
