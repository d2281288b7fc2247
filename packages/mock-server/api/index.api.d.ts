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
/** A clock that stands still until it is advanced. `start` is epoch milliseconds, by default noon (UTC) on 1 January 2026. */
declare function manualClock(start?: number): Clock;
/** A clock that ticks with real time, plus all it was advanced by. Its timers never keep a process alive. */
declare function runningClock(): Clock;

/**
 * Something that goes wrong, once, on the way to an endpoint or back. Give one of the outcomes, a delay, or both: the delay comes
 * first.
 */
interface Fault {
    /** Milliseconds of the server's clock to wait. */
    readonly delay?: number;
    /** Whether the server has done its work when the delay, or the outcome, comes. Default `'arrival'`: it has not. */
    readonly after?: 'arrival' | 'commit';
    /** Answer this instead. */
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Text as it is; anything else as JSON. */
    readonly body?: unknown;
    /** The request does not arrive. */
    readonly networkError?: true;
    /** Done on the server; the answer never arrives and the connection breaks. */
    readonly loseResponse?: true;
    /** No answer, and no end of the connection, until the faults are cleared. */
    readonly never?: true;
    /** 200 with an HTML page: a captive portal. */
    readonly html?: true;
}
interface Faults {
    /**
     * Lets the next `times` requests to an endpoint (`'login'`, `'refresh'`, `'logout'`, `'me'`, `'echo'`, …; `'*'` for any) meet a
     * fault. Faults queue up; `Infinity` stays until cleared.
     *
     * @example server.faults.next('refresh', { loseResponse: true });
     * @throws RangeError for an endpoint that there is not, and for a fault that says nothing or two things.
     */
    next(endpoint: string, fault: Fault, times?: number): void;
    /** Forgets what is queued and lets go of what hangs: delays end now, what never answers becomes a network error. */
    clear(): void;
}

/** What the server remembers of a request. Tokens and keys appear as the first 8 hex digits of their SHA-256. */
interface LoggedRequest {
    /** Counts up from 1. */
    readonly id: number;
    /** `'login'`, `'refresh'`, `'logout'`, `'me'`, … */
    readonly endpoint: string;
    /** Cut at 32 characters. */
    readonly method: string;
    /** Without the query; cut at 256 characters. */
    readonly path: string;
    /** When it arrived. Epoch milliseconds of the server's clock. */
    readonly at: number;
    /** Null until it is answered, and for ever when the answer never arrives. */
    readonly status: number | null;
    /** The `error` of a refusal. */
    readonly error: string | null;
    /** The fault it met. */
    readonly fault: string | null;
    /** Whether that fault is making it wait right now: the moment for a test to advance the clock or clear the faults. */
    readonly held: boolean;
    /** The access token it carried, wherever; `expired` as its own claims and the server's clock have it. */
    readonly accessToken: {
        readonly fingerprint: string;
        readonly expired: boolean;
    } | null;
    readonly refreshToken: string | null;
    readonly idempotencyKey: string | null;
    readonly ticket: string | null;
}

/** Something the owner of a session, or whoever runs the server, would want to know. */
interface SecurityEvent {
    readonly type: 'reuse' | 'replay' | 'replay_window' | 'pair_mismatch' | 'suspected_theft' | 'logout_stale' | 'unrecognised_token'
    /** A token that is bound to a key came without a proof by it: it was copied. */
     | 'key_not_proven';
    readonly at: number;
    readonly sid: string | null;
    readonly username: string | null;
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

/** The server's rules. Durations are milliseconds. */
interface Policy {
    /** How long an access token lasts. Default 20 minutes. */
    readonly accessTtl: number;
    /** How long a session can lie unused before its refresh token is refused. Default 7 days. */
    readonly refreshWindow: number;
    /** What starts the window anew: every `'rotation'` (default), or only the `'login'`. */
    readonly windowFrom: 'rotation' | 'login';
    /** The end of a session, counted from login; nothing extends it. Default 90 days. */
    readonly refreshTtl: number;
    /**
     * For how long a rotated refresh token, sent again with the same `Idempotency-Key`, gets the same successor again.
     * Default 120 seconds, at most 600; 0 is strict single use.
     */
    readonly replayWindow: number;
    /**
     * The same for sessions bound to a device key, where a proof by that key stands in for the `Idempotency-Key`; a thief of
     * tokens cannot make one, so it may be long. Default: the refresh window, which is also the most; 0 where `replayWindow` is 0.
     */
    readonly dpopReplayWindow: number;
    /** Whether DPoP proofs must contain a nonce from the server, so that none can be made in advance. Default true. */
    readonly dpopNonce: boolean;
    /**
     * How often one rotation's answer may be given again. Default 100: so many tabs can ask together where nothing coordinates them.
     * A higher number helps no thief, for every repeat asks for the token and the secret key, and gets what the first one got.
     */
    readonly maxReplays: number;
    /** Successful refreshes of one session per minute before it gets 429. Default 10. */
    readonly refreshesPerMinute: number;
    /**
     * Refreshes from one address per minute, all sessions together, before they get 429. Default 3,000: an office has one address.
     * Counted where the mount knows the address.
     */
    readonly refreshesPerAddress: number;
    /** Live sessions one user can have; a login beyond them ends the oldest. Default 100. */
    readonly maxSessions: number;
    /** How old a login may be for listing sessions, and for ending them by the refresh token. Milliseconds, default 10 minutes. */
    readonly reauthenticateAfter: number;
    /**
     * What `auth/logout` asks for. `'pair'` (default): the refresh token, and the access token however old. The other two show
     * what goes wrong: `'bearer'` wants an access token that has not expired, `'nothing'` believes any session id.
     */
    readonly logoutRequires: 'pair' | 'bearer' | 'nothing';
}

/** Returns that many unpredictable bytes. */
type Random = (bytes: number) => Uint8Array;

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
/** Keys that live as long as the process. */
declare function memorySigningKeys(): SigningKeys;

/** What an access token says (RFC 9068 §2.2), times in epoch seconds. */
interface AccessClaims {
    readonly iss: string;
    readonly aud: string;
    readonly sub: string;
    readonly client_id: string;
    readonly sid: string;
    readonly jti: string;
    readonly iat: number;
    readonly exp: number;
    readonly auth_time: number;
    /** The key the token is bound to (RFC 9449 §6.1). */
    readonly cnf?: {
        readonly jkt: string;
    } | undefined;
    readonly [claim: string]: unknown;
}

/** Turns passwords into strings that can be kept, and checks passwords against them. */
interface PasswordHasher {
    hash(password: string): Promise<string>;
    /** False also for a hash it cannot read. */
    verify(password: string, hash: string): Promise<boolean>;
    /** Whether a hash was made with parameters that are not today's. */
    isStale(hash: string): boolean;
    /** As much work as `verify`, for nobody: what a login costs where nobody has a password. */
    waste(password: string): Promise<void>;
    /**
     * What it costs to verify a hash: the same text for those that cost the same; null for a hash it cannot read. With it every login
     * costs the same where hashes of several costs are in use; without, whose hash is not of today's parameters can be told by the time.
     */
    costOf?(hash: string): string | null;
}
/**
 * PBKDF2-HMAC-SHA-256 by WebCrypto, in PHC strings with a 16-byte salt. `iterations` is by default 600,000.
 *
 * @throws RangeError for fewer iterations, unless `weakForTests` says that no real password is at stake.
 */
declare function pbkdf2(options?: {
    iterations?: number;
    weakForTests?: boolean;
}): PasswordHasher;
/** For tests and demos: the same with 1,000 iterations, a millisecond instead of a third of a second. Protects nothing. */
declare const cheapPasswordHasher: () => PasswordHasher;

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
/**
 * Saves a renewed hash if the one that is kept still is `present`. Returns the hash that is kept then: `next`, or what another server
 * has saved meanwhile; null where the user has no password any more.
 */
type RenewHash = (username: string, present: string, next: string) => Promise<string | null>;

/** The answer to a login or a refresh, as it is on the wire: durations in seconds. */
interface TokenResponse {
    readonly access_token: string;
    readonly token_type: 'Bearer' | 'DPoP';
    readonly expires_in: number;
    readonly refresh_token: string;
    /** What is left of the window. */
    readonly refresh_token_timeout: number;
    /** What is left of the session. */
    readonly authorization_expires_in: number;
    readonly sid: string;
}

interface AuthServerOptions {
    /** Who can log in. */
    readonly users?: readonly UserAccount[];
    readonly policy?: Partial<Policy>;
    /** Default `memoryStore()`. */
    readonly store?: SessionStore;
    /** Default `runningClock()`. */
    readonly clock?: Clock;
    /** The `iss` of access tokens and of the metadata. Default `'https://latchkey.test'`. */
    readonly issuer?: string;
    /** The `aud` of access tokens. Default: the issuer. */
    readonly audience?: string;
    /**
     * Origins whose pages may read answers, and send what changes something, each by name (`'https://app.example'`, no `'*'`).
     * Default: none but the server's own.
     */
    readonly allowedOrigins?: readonly string[];
    /**
     * Whether `echo`, and everything below it, tells whoever has an access token what arrived: method, headers, the digest of a body of
     * up to 16 MiB. For tests of a client; each such request may take as much memory as its body. Default false.
     */
    readonly echo?: boolean;
    /** Where tokens, ids and nonces come from. Default: the platform's secure random. */
    readonly random?: Random;
    /**
     * The secret behind DPoP nonces, 32 bytes or more. Servers that stand behind one address need the same, or their clients pay
     * a second request now and then. Default: random.
     */
    readonly dpopNonceSecret?: Uint8Array;
    /** Default: keys made at first need, gone with the process. */
    readonly signingKeys?: SigningKeys;
    /** Default `pbkdf2()` with 600,000 iterations; tests and demos may take `cheapPasswordHasher()`. */
    readonly passwordHasher?: PasswordHasher;
    /**
     * Called at a login whose hash was made with other parameters than today's, to save the new hash where `users` come from, if the
     * one there still is `present`. Returns the hash that is there then; null where the user has no password any more. Default: the
     * new hash is gone with the process.
     *
     * @example createAuthServer({ ...state, users: await accounts.load(), renewPasswordHash: accounts.renew });
     */
    readonly renewPasswordHash?: RenewHash;
}
/** What only the mount knows of a request. */
interface RequestContext {
    /** Where the server is mounted. Default `'/'`. */
    readonly basePath?: string;
    /** Where clients find the server, if a proxy changed that: `'https://api.example'`. Default: the request's own origin. */
    readonly origin?: string;
    /** The client's address, for limits and the session list. Without one, limits by address are off. */
    readonly clientIp?: string;
    /**
     * Whether pages of any origin may send what changes something, for a mount inside of the page itself. Default false: they get 403
     * unless they are among `allowedOrigins` or of the server's own origin.
     */
    readonly anyOrigin?: boolean;
}
/** A row of the server's table of sessions. Instants in epoch milliseconds. */
interface SessionRow {
    readonly sid: string;
    readonly username: string;
    readonly clientId: string | null;
    readonly status: 'live' | 'lapsed' | 'revoked';
    readonly createdAt: number;
    readonly lastRotatedAt: number;
    readonly refreshableUntil: number;
    readonly sessionEndsAt: number;
    /** How many refresh tokens it has had. */
    readonly generation: number;
    readonly revokedAt: number | null;
    readonly revokeReason: string | null;
    readonly deviceLabel: string | null;
}
/** Who sent a request, as `authenticate` found out. */
interface Authenticated {
    /** Of the access token. `sub` is the username, `sid` the session. */
    readonly claims: AccessClaims;
    readonly session: SessionRow;
}
interface AuthServer {
    /** Answers any request. A request that meets a network fault gets `Response.error()`, which mounts turn into a broken connection. */
    fetch(request: Request, context?: RequestContext): Promise<Response>;
    /**
     * Checks the access token of a request to an endpoint of your own, as `me` checks it: genuine, for this server, not expired, its session
     * not ended; and where it is bound to a key, with a proof by that key for this method, address and token. Otherwise it gives the answer
     * to return: 401 with the challenge that makes a client refresh, or 503 while the store does not answer. The body is not touched.
     *
     * @example
     * const access = await server.authenticate(request);
     * if (access instanceof Response) return access;
     * return Response.json(ordersOf(access.claims.sub));
     */
    authenticate(request: Request, context?: Pick<RequestContext, 'origin'>): Promise<Authenticated | Response>;
    /** Whether something is served at that address; mounts let everything else pass. */
    serves(url: string | URL, basePath?: string): boolean;
    readonly clock: Clock;
    readonly faults: Faults;
    /** Every request that arrived, oldest first, answered or not: at least the last 10,000. Preflights are not among them. */
    readonly requests: readonly LoggedRequest[];
    /** Theft, reuse, retries: what the owner of a session would want to know. */
    readonly securityEvents: readonly SecurityEvent[];
    readonly sessions: {
        /** Oldest login first. */
        list(username?: string): Promise<SessionRow[]>;
        revoke(sid: string, reason?: string): Promise<void>;
        /** Deletes what ended more than a day ago, in batches. Returns how many sessions. */
        purge(): Promise<number>;
    };
    readonly users: {
        /** Changes a password and ends all sessions of the user, or all but one. */
        setPassword(username: string, password: string, options?: {
            keepSession?: string;
        }): Promise<void>;
        /** Lets a user log in no more, until there is a new password, and ends all sessions. */
        disable(username: string): Promise<void>;
    };
    readonly keys: {
        /**
         * Signs with a new key from now on. The previous one verifies API calls until the last of its tokens has expired, or with
         * `immediately` no more; either way it goes on proving old pairs genuine at logout.
         */
        rotate(options?: {
            immediately?: boolean;
        }): Promise<void>;
    };
    /**
     * A signed-in user in one line, without a password. `age` is how long ago the login was, `idle` how long ago the last refresh
     * (default: just now), `accessTtl` how long the access token lasts; all in milliseconds. `deviceKey` is the RFC 7638 thumbprint
     * of the key to bind the session to.
     *
     * @throws RangeError for a user who is not among `users`, when there are any.
     */
    seedSession(username: string, options?: {
        accessTtl?: number;
        age?: number;
        idle?: number;
        clientId?: string;
        deviceKey?: string;
    }): Promise<TokenResponse>;
    /** Calls back after each request, answer, security event and change made through this object. Returns the function that stops it. */
    subscribe(listener: () => void): () => void;
    /** Forgets sessions, requests, faults, events and limits. Keys, users and the time stay. */
    reset(): Promise<void>;
}

/** What a client needs of `navigator.locks`. */
interface ClockLocks {
    request<T>(name: string, options: {
        signal?: AbortSignal;
        ifAvailable?: boolean;
    }, callback: (lock: unknown) => Promise<T>): Promise<T>;
}
/** What a client needs of a `BroadcastChannel`. */
interface ClockChannel {
    postMessage(message: unknown): void;
    onmessage: ((event: MessageEvent) => void) | null;
    close(): void;
}

/** The parts of a client's platform that tell time, wait for it, and connect the clients that live in it. */
interface ClockPlatform {
    now(): number;
    setTimer(callback: () => void, delay: number): () => void;
    /** A lock that somebody else holds while the clock stands still is refused after half a second, and the client goes on without it. */
    readonly locks: ClockLocks;
    openChannel(name: string): ClockChannel;
}
/**
 * Puts a client into the server's time. Clients of one clock are like tabs of one browser: they share locks and channels.
 * Clients of different clocks share nothing, even in one process.
 *
 * @example createAuthClient({ baseUrl, platform: platformOf(server.clock) });
 */
declare function platformOf(clock: Clock): ClockPlatform;

/**
 * The whole server side of Latchkey: sessions with rotating refresh tokens, one week and three months long, and logout with an
 * expired pair. A function from `Request` to `Response`, to be mounted in MSW, on HTTP, or anywhere else.
 *
 * @example
 * const server = createAuthServer({ users: [{ username: 'ada', password: 'correct horse' }] });
 * const response = await server.fetch(new Request('https://api.example/me'));
 *
 * @throws RangeError for a policy, a user or an allowed origin that cannot be.
 */
declare function createAuthServer(options?: AuthServerOptions): AuthServer;

/**
 * What `POST auth/logout` does, for every access token that can come with every refresh token. The principle: only a refresh
 * token the server recognises can change the database; the access token decides whether we call it a logout or a theft.
 */
/** The access token, seen from the owner of the refresh token. */
type AccessCase = 'valid' | 'expired' | 'expired-beyond-window' | 'forged-signature' | 'other-user' | 'other-session' | 'missing' | 'unsigned' | 'wrong-content';
type RefreshCase = 'current' | 'rotated' | 'expired' | 'revoked' | 'unknown' | 'other-user-live' | 'missing';
type LogoutCode = 'R' | 'RS' | 'RX' | 'A' | 'T0' | 'T1' | 'N0' | 'N1' | 'B';
/**
 * All 63 cells. The owner of the refresh token is whose eyes the server sees with, so a live pair of another user is to it a pair
 * like any other: the column `other-user-live` tells what follows from the other columns with the roles swapped.
 */
declare const logoutTable: Readonly<Record<AccessCase, Readonly<Record<RefreshCase, LogoutCode>>>>;
interface LogoutOutcome {
    readonly status: number;
    readonly body: Readonly<Record<string, string>>;
    /** Why the refresh token's family ends; null where nothing changes. */
    readonly revokes: 'logout' | 'logout_stale' | 'logout_expired' | 'pair_mismatch' | 'suspected_theft' | null;
}
/** What each code answers and changes. */
declare const logoutOutcomes: Readonly<Record<LogoutCode, LogoutOutcome>>;

/** Sessions that live as long as the process. */
declare function memoryStore(): SessionStore;

/** What a log may say of a token: the first 8 hex digits of its SHA-256. */
declare function fingerprint(secret: string): Promise<string>;

export { cheapPasswordHasher, createAuthServer, fingerprint, logoutOutcomes, logoutTable, manualClock, memorySigningKeys, memoryStore, pbkdf2, platformOf, runningClock };
export type { AccessCase, AccessClaims, AuthServer, AuthServerOptions, Authenticated, Clock, ClockChannel, ClockLocks, ClockPlatform, Decision, Duration, Family, Fault, Faults, Found, LoggedRequest, LogoutCode, LogoutOutcome, Lookup, PasswordHasher, Policy, Random, RefreshCase, RenewHash, RequestContext, Rule, SecurityEvent, SessionRow, SessionStore, SigningKey, SigningKeys, StoredSession, Token, TokenResponse, UserAccount, Write };
