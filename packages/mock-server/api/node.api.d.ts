import { IncomingMessage } from 'node:http';

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

/**
 * A request of Node, or of Express, as the Fetch standard has it, without its body: what `server.authenticate()` looks at.
 *
 * @throws TypeError for a method that no `Request` can have, such as `TRACE`.
 */
declare function toRequest(incoming: IncomingMessage & {
    readonly originalUrl?: string;
}): Request;

/**
 * Argon2id where this Node has it (24.7 and later), else scrypt, in PHC strings; it also checks hashes of the other one and of
 * `pbkdf2()`, and says that they are stale.
 *
 * @example createAuthServer({ users, passwordHasher: nodePasswordHasher() });
 */
declare function nodePasswordHasher(options?: {
    algorithm?: 'argon2id' | 'scrypt';
}): PasswordHasher;

interface ServeOptions {
    /** Default: any free port. */
    readonly port?: number;
    /** Default `'127.0.0.1'`. */
    readonly host?: string;
    /** Default `'/'`. */
    readonly basePath?: string;
    /**
     * Where clients find the server, if a proxy changes that: `'https://api.example'`. The metadata names it, and DPoP proofs are
     * for it. Default: what the request's `Host` says, over HTTP.
     */
    readonly origin?: string;
    /**
     * Through how many proxies of yours every request comes. The client is then who the outermost of them says it was, in
     * `X-Forwarded-For`. Default 0: the header is not read, for anybody can write it.
     */
    readonly proxies?: number;
    /** Who is asking, where neither the connection nor `X-Forwarded-For` tells. Default: as `proxies` says. */
    readonly clientIp?: (request: IncomingMessage) => string | undefined;
    /**
     * Whether `POST clock/advance` with `{"advance": seconds}` moves the server's time, for tests from outside such as
     * `latchkey-conformance`. Whoever reaches it ends every session there is. Default false.
     */
    readonly clockEndpoint?: boolean;
    /** Hears of each origin, once, whose pages ask and are not allowed. Default: a warning of the process, on its console. */
    readonly onForeignPage?: (origin: string) => void;
}
interface RunningServer {
    /** Ends in a slash. */
    readonly url: string;
    /**
     * Stops listening. What is under way may take `grace` milliseconds to finish, by default none, and is then broken. Resolves
     * when no connection is left, at once where it was closed before.
     */
    close(options?: {
        grace?: number;
    }): Promise<void>;
}
/**
 * Serves an auth server on HTTP.
 *
 * @example const { url, close } = await serve(createAuthServer({ users }), { port: 3000 });
 * @throws the system's error when the port cannot be had, TypeError for an `origin` that is no URL.
 */
declare function serve(server: AuthServer, options?: ServeOptions): Promise<RunningServer>;

export { nodePasswordHasher, serve, toRequest };
export type { RunningServer, ServeOptions };
