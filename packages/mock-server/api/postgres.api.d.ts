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

/** What a database gives for a row. Whole numbers may come as text: PostgreSQL's are longer than JavaScript's. */
type Row = Readonly<Record<string, unknown>>;

interface PostgresResult {
    readonly rows: Row[];
    readonly rowCount: number | null;
}
/** What is used of a client of `pg`. */
interface PostgresClient {
    query(text: string, values?: unknown[]): Promise<PostgresResult>;
    on(event: 'error', listener: (error: Error) => void): unknown;
    off(event: 'error', listener: (error: Error) => void): unknown;
    release(destroy?: boolean): void;
}
/** What is used of a `Pool` of `pg`. */
interface PostgresPool {
    connect(): Promise<PostgresClient>;
    query(text: string, values?: unknown[]): Promise<PostgresResult>;
}

interface PostgresOptions {
    /** `'postgres://user:password@host:5432/database'`, or anything else that `pg` understands. */
    readonly connectionString: string;
    /** The schema in which the tables are; created with them where there is none. Default `'latchkey'`. */
    readonly schema?: string;
    /** How many connections to hold at most. Default 10. */
    readonly connections?: number;
}
interface PooledOptions {
    /** A `Pool` of `pg` that belongs to the caller. */
    readonly pool: PostgresPool;
    readonly schema?: string;
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

/** All that a server must find again after a restart, and that servers over the same database share. */
interface ServerState {
    readonly store: SessionStore;
    /** With their private halves, wrapped with a secret that is not in the database. */
    readonly signingKeys: SigningKeys;
    readonly accounts: Accounts;
    /** Lets go of the database. */
    close(): Promise<void>;
}

/**
 * Sessions, signing keys and users in PostgreSQL, for servers that share all three. The private keys are wrapped with a secret that
 * is not in the database: `keySecret`, or the environment variable `LATCHKEY_KEY_SECRET`.
 *
 * @throws RangeError without a secret, or for one that is too short.
 *
 * @example
 * const { store, signingKeys, accounts } = postgresServerState({ connectionString: 'postgres://localhost/app', keySecret });
 * const server = createAuthServer({ users: await accounts.load(), store, signingKeys });
 */
declare function postgresServerState(options: (PostgresOptions | PooledOptions) & KeySecretOptions): ServerState;

type PostgresStore = SessionStore & {
    /** Closes the store's own connections; a pool that was given stays open. */
    close(): Promise<void>;
};
/**
 * Sessions in PostgreSQL, by the package `pg`, which you install. Any number of servers can share them. The
 * tables are made at the first use.
 *
 * @example const store = postgresStore({ connectionString: 'postgres://localhost/app' });
 * @example const store = postgresStore({ pool: new Pool() });
 */
declare function postgresStore(options: PostgresOptions | PooledOptions): PostgresStore;

export { postgresServerState, postgresStore };
export type { Accounts, KeySecretOptions, PooledOptions, PostgresClient, PostgresOptions, PostgresPool, PostgresResult, PostgresStore, ServerState };
