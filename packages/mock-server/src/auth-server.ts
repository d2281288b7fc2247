import type { Clock } from './clock/clock.ts';
import type { Faults } from './faults/faults.ts';
import type { LoggedRequest } from './log/request-log.ts';
import type { SecurityEvent } from './log/security-log.ts';
import type { Policy } from './policy.ts';
import type { TokenResponse } from './sessions/session-tokens.ts';
import type { SessionStore } from './store/session-store.ts';
import type { AccessClaims } from './tokens/access-token.ts';
import type { Random } from './tokens/random.ts';
import type { SigningKeys } from './tokens/signing-keys.ts';
import type { PasswordHasher } from './users/password-hasher.ts';
import type { RenewHash, UserAccount } from './users/user-directory.ts';

export interface AuthServerOptions {
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
export interface RequestContext {
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
export interface SessionRow {
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
export interface Authenticated {
  /** Of the access token. `sub` is the username, `sid` the session. */
  readonly claims: AccessClaims;
  readonly session: SessionRow;
}

export interface AuthServer {
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
    setPassword(username: string, password: string, options?: { keepSession?: string }): Promise<void>;
    /** Lets a user log in no more, until there is a new password, and ends all sessions. */
    disable(username: string): Promise<void>;
  };
  readonly keys: {
    /**
     * Signs with a new key from now on. The previous one verifies API calls until the last of its tokens has expired, or with
     * `immediately` no more; either way it goes on proving old pairs genuine at logout.
     */
    rotate(options?: { immediately?: boolean }): Promise<void>;
  };
  /**
   * A signed-in user in one line, without a password. `age` is how long ago the login was, `idle` how long ago the last refresh
   * (default: just now), `accessTtl` how long the access token lasts; all in milliseconds. `deviceKey` is the RFC 7638 thumbprint
   * of the key to bind the session to.
   *
   * @throws RangeError for a user who is not among `users`, when there are any.
   */
  seedSession(
    username: string,
    options?: { accessTtl?: number; age?: number; idle?: number; clientId?: string; deviceKey?: string },
  ): Promise<TokenResponse>;
  /** Calls back after each request, answer, security event and change made through this object. Returns the function that stops it. */
  subscribe(listener: () => void): () => void;
  /** Forgets sessions, requests, faults, events and limits. Keys, users and the time stay. */
  reset(): Promise<void>;
}
