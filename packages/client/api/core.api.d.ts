/** What this package needs of `navigator.locks` (Web Locks API). */
interface TabLocks {
    request<T>(name: string, options: {
        signal?: AbortSignal;
        ifAvailable?: boolean;
    }, callback: (lock: unknown) => Promise<T>): Promise<T>;
}
/** What this package needs of a `BroadcastChannel`. */
interface TabChannel {
    postMessage(message: unknown): void;
    onmessage: ((event: MessageEvent) => void) | null;
    close(): void;
}
/**
 * What the page tells: it came into view (or back from the back/forward cache, or from sleep), went out of view, is being
 * left, is online again, or another tab changed a storage key (`null`: cleared all).
 */
type PageSignal = {
    readonly type: 'visible' | 'hidden' | 'leaving' | 'restored' | 'online';
} | {
    readonly type: 'storage';
    readonly key: string | null;
};
interface Page {
    readonly visible: boolean;
    /** Starts listening; returns the way to stop. */
    listen(listener: (signal: PageSignal) => void): () => void;
}
/** Every effect this package has on the world besides storage and fetch. Replace any of them, for tests or odd environments. */
interface Platform {
    /** Epoch milliseconds. Default `Date.now()`. */
    now(): number;
    /** Calls back once after `delay` milliseconds (never more than 2³¹−1); returns the way to cancel. */
    setTimer(callback: () => void, delay: number): () => void;
    /**
     * Default `navigator.locks`, `null` where there is none: everything is right without it, only less thrifty. Also `null` by
     * default where `setTimer` is given: a client whose time stands still would never let go of a lock that others wait for.
     */
    readonly locks: TabLocks | null;
    /** Default a `BroadcastChannel`, `null` where there is none. */
    openChannel(name: string): TabChannel | null;
    readonly page: Page;
    /** That many random bytes. Default `crypto.getRandomValues`. */
    random(bytes: number): Uint8Array;
}

/** The stable code of every error this package throws or rejects with. */
type AuthErrorCode = 'ERR_NOT_SIGNED_IN' | 'ERR_LOGIN_REQUIRED' | 'ERR_LOGIN_FAILED' | 'ERR_REFRESH_REJECTED' | 'ERR_REFRESH_UNAVAILABLE' | 'ERR_SESSION_CHANGED' | 'ERR_NOT_REPLAYABLE' | 'ERR_STORAGE' | 'ERR_CONFIGURATION';
/** What an error may carry besides its message. */
interface AuthErrorFacts {
    /** The error underneath, where there is one. */
    cause?: unknown;
    /** The HTTP status that led here, where there was an answer. */
    status?: number | undefined;
    /** Whether the same call may succeed later without the user doing anything. Default `false`. */
    retryable?: boolean;
}
/**
 * The base of every error of this package. Decide by `code` (stable) or with {@link isAuthError}; the message is for people.
 * No error ever holds a token.
 *
 * @example
 * try { await client.fetch('orders'); }
 * catch (error) { if (isAuthError(error) && error.retryable) showOfflineBanner(); else throw error; }
 */
declare class AuthError extends Error {
    name: string;
    readonly code: AuthErrorCode;
    readonly retryable: boolean;
    readonly status: number | undefined;
    constructor(code: AuthErrorCode, message: string, facts?: AuthErrorFacts);
}
/** There is no session, or it ended while this call was waiting. */
declare class NotSignedInError extends AuthError {
    name: "NotSignedInError";
    constructor(message?: string, facts?: AuthErrorFacts);
}
/** The session lapsed: the week or the three months are over, and the user has to log in again. */
declare class LoginRequiredError extends AuthError {
    name: "LoginRequiredError";
    /** Which of the two limits was reached. */
    readonly reason: 'window-passed' | 'session-expired';
    constructor(reason: 'window-passed' | 'session-expired', facts?: AuthErrorFacts);
}
/** The server refused the credentials, or could not be asked (`retryable` tells which). */
declare class LoginFailedError extends AuthError {
    name: "LoginFailedError";
    /** The server's own error code, such as `invalid_grant` (RFC 6749 §5.2); `null` where nothing was decided (`retryable`). */
    readonly error: string | null;
    /** Milliseconds to wait before trying again, where the server said so. */
    readonly retryAfter: number | undefined;
    /**
     * What the server answered: parsed JSON, or a short text. For field messages and second factors. Not enumerable, so that a log
     * of the error does not drag it along. The tokens of a session are taken out of it.
     */
    readonly body: unknown;
    constructor(message: string, facts?: AuthErrorFacts & {
        error?: string | null;
        retryAfter?: number | undefined;
        body?: unknown;
    });
}
/** The server refused the refresh token: the session has ended. */
declare class RefreshRejectedError extends AuthError {
    name: "RefreshRejectedError";
    /** The server's own error code, such as `invalid_grant`. */
    readonly error: string;
    constructor(error: string, facts?: AuthErrorFacts & {
        message?: string;
    });
}
/** No answer that settles anything: network, timeout, 408, 425, 429, 5xx, or not JSON. The session stays as it was. */
declare class RefreshUnavailableError extends AuthError {
    name: "RefreshUnavailableError";
    /** Milliseconds until the next attempt is allowed, where that is known. */
    readonly retryAfter: number | undefined;
    constructor(message: string, facts?: AuthErrorFacts & {
        retryAfter?: number | undefined;
    });
}
/** Another user or session took over while this call was under way. It was not sent under the new one. */
declare class SessionChangedError extends AuthError {
    name: "SessionChangedError";
    constructor(message?: string, facts?: AuthErrorFacts);
}
/** The access token was refused and the body was a stream, which cannot be sent twice. The token has been refreshed. */
declare class NotReplayableError extends AuthError {
    name: "NotReplayableError";
    /** The 401 that was answered. Not enumerable, so that a log of the error does not drag it along. */
    readonly response: Response;
    constructor(response: Response);
}
/** The browser refused to store the session. It goes on in memory, for this tab. */
declare class StorageError extends AuthError {
    name: "StorageError";
    constructor(facts?: AuthErrorFacts);
}
/** An option or an argument makes no sense. Thrown at once, where the mistake is. */
declare class ConfigurationError extends AuthError {
    name: "ConfigurationError";
    constructor(message: string, facts?: AuthErrorFacts);
}
/** Whether `error` is one of this package's errors; also across realms and across two copies of the package. */
declare function isAuthError(error: unknown): error is AuthError;

/** Claims of the access token, decoded and NOT verified: hints for the user interface, never a basis for a decision (RFC 9068 §6). */
type Claims = {
    readonly sub?: string;
    readonly [claim: string]: unknown;
};
/** The answer of the token endpoint, as it is on the wire: seconds, snake case (RFC 6749 §5.1). */
interface TokenResponse {
    access_token: string;
    token_type?: string;
    /** Lifetime of the access token in seconds. Without it the claim `exp` of a JWT counts, and after that the server's 401. */
    expires_in?: number;
    /** May be missing in the answer to a refresh: the refresh token in use is kept. */
    refresh_token?: string;
    /** Seconds left of the window in which the session can be refreshed. */
    refresh_token_timeout?: number;
    /** Seconds left of the whole session. */
    authorization_expires_in?: number;
    /** The session's id on the server. */
    sid?: string;
    scope?: string;
}
/** Why a session has to be started anew: one week without a refresh, or three months since the login. */
type LapsedReason = 'window-passed' | 'session-expired';
/**
 * Why there is no session any more. `logout`: logged out here. `other-tab`: logged out in another tab. `revoked`: the server
 * says that it has ended the session. `refresh-rejected`: the server did not take the refresh token. `user-changed`: a refresh
 * was answered with the tokens of another user. `storage-cleared`: what was stored is gone, and no tab says why.
 */
type SignedOutReason = 'logout' | 'other-tab' | 'revoked' | 'refresh-rejected' | 'user-changed' | 'storage-cleared';
/**
 * What is known of the session, at one moment. All instants are epoch milliseconds of this device's clock.
 * `signed-in` covers an expired access token that can still be refreshed: the next use does it.
 */
type SessionSnapshot = {
    readonly status: 'signed-out';
    readonly reason: SignedOutReason | null;
} | {
    readonly status: 'signed-in';
    readonly sessionId: string;
    readonly claims: Readonly<Claims> | null;
    /** When the access token expires; `Infinity` where the server never said. */
    readonly accessExpiresAt: number;
    /** End of the window in which a refresh is accepted; `Infinity` where the server never said. */
    readonly refreshableUntil: number;
    /** End of the whole session; `Infinity` where the server never said. */
    readonly sessionEndsAt: number;
    /**
     * Whether less than `warnBefore` is left until one of the two ends: ask the user to stay. Also true for a page that was
     * loaded after `session-expiring` was told. A refresh ends it, in whichever tab.
     */
    readonly expiring: boolean;
} | {
    /** The user must log in again. `logout()` still sends the expired pair. */
    readonly status: 'lapsed';
    readonly reason: LapsedReason;
    readonly sessionId: string;
    readonly claims: Readonly<Claims> | null;
};
/** Where the change came from. */
type EventOrigin = 'this-tab' | 'other-tab';
/** One change of the session, with the facts of its type. Never holds a token. */
type SessionEvent = {
    readonly origin: EventOrigin;
} & ({
    readonly type: 'signed-in';
    readonly sessionId: string;
} | {
    readonly type: 'token-refreshed';
    readonly sessionId: string;
} | {
    readonly type: 'lapsed';
    readonly reason: LapsedReason;
} | {
    readonly type: 'signed-out';
    readonly reason: SignedOutReason;
} | {
    readonly type: 'user-changed';
    readonly from: string | null;
    readonly to: string | null;
} | {
    readonly type: 'session-expiring';
    readonly msLeft: number;
} | {
    readonly type: 'session-extended';
    readonly refreshableUntil: number;
} | {
    readonly type: 'refresh-failed';
    readonly error: Error;
} | {
    readonly type: 'persistence-failed';
    readonly error: Error;
} | {
    readonly type: 'revocation-delivered';
    readonly sessionId: string;
    readonly server: 'revoked' | 'already-revoked' | 'rejected';
});
/** Called after every change, outside of every lock. A listener that throws disturbs nobody else. */
type SessionListener = (session: SessionSnapshot, event: SessionEvent) => void;
/** What became of a logout. The local side is always cleared. */
interface LogoutResult {
    readonly local: 'cleared';
    /**
     * `already-revoked`: the session had ended before. `pending`: no final answer yet; the server is told as soon as it can be
     * reached, and `revocation-delivered` tells you. `rejected`: the server did not take the logout.
     */
    readonly server: 'revoked' | 'already-revoked' | 'pending' | 'rejected';
}
/** A synchronous key-value store, such as `localStorage`. It may throw. */
interface AuthStorage {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
}

/** The pair as the protocol needs it. */
interface TokenPair {
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly sid: string;
}
/** Where a request of the protocol goes, and as whom. */
interface ProtocolContext {
    /** The endpoint's absolute URL. */
    readonly url: string;
    readonly clientId: string;
    /** The same for every attempt to rotate one refresh token, so that a lost answer can be asked for again. */
    readonly idempotencyKey?: string;
    /** Whether a logout outlives the page, as far as the browser allows it; `false` where the browser has refused that. Default `true`. */
    readonly keepalive?: boolean;
}
/** Three outcomes, never two: tokens · refused by our server · nothing settled. */
type TokenOutcome = {
    readonly kind: 'tokens';
    readonly tokens: TokenResponse;
    /** The whole answer, to say what it holds where a token is missing. */
    readonly body?: unknown;
} | {
    readonly kind: 'rejected';
    /** The server's error code, verbatim (RFC 6749 §5.2). */
    readonly error: string;
    /** `expired`: one of the two limits has passed. `revoked`: the session was ended on the server. */
    readonly reason?: string | undefined;
    readonly status: number;
    /** The server's words, for people. */
    readonly description?: string | undefined;
    /** The whole answer, as it was parsed: `LoginFailedError.body`. */
    readonly body?: unknown;
} | {
    readonly kind: 'unavailable';
    readonly status?: number | undefined;
    /** Milliseconds. */
    readonly retryAfter?: number | undefined;
    readonly cause?: unknown;
    /** The server's words, for people. */
    readonly description?: string | undefined;
    /** The whole answer, as it was parsed. */
    readonly body?: unknown;
    /** Where an access token should have been. */
    readonly missing?: string | undefined;
};
/** What a final answer to a logout means; `unsettled` means ask again later. */
type LogoutOutcome = 'revoked' | 'already-revoked' | 'rejected' | 'unsettled';
/**
 * How login, refresh and logout look on the wire. Building a request is synchronous and never fails; reading a response
 * never throws. {@link oauthProtocol} and {@link jsonProtocol} cover most servers.
 */
interface AuthProtocol {
    login(credentials: Readonly<Record<string, unknown>>, context: ProtocolContext): Request;
    refresh(pair: TokenPair, context: ProtocolContext): Request;
    /**
     * `null` where the server is not told of a logout at all. Must need no CORS preflight, or a page that is being left may lose it.
     * Where a header carries the access token, one that has expired is renewed first.
     */
    logout(pair: TokenPair, context: ProtocolContext): Request | null;
    /** Ends a session by its ticket, long after the tokens are gone; absent where the server knows no tickets. */
    revoke?(entry: {
        readonly sid: string;
        readonly ticket: string;
    }, context: ProtocolContext): Request;
    /** @param asked which request this answers: what refuses a login need not end a session. */
    readTokens(response: Response, asked: 'login' | 'refresh'): Promise<TokenOutcome>;
    /** Without `revoke`, a refusal is believed only after the server has refused a refresh, too. */
    readLogout(response: Response): Promise<LogoutOutcome>;
}

type OnLoginRequired = (why: LapsedReason | SignedOutReason) => Promise<unknown> | undefined;

/** What `client.fetch` takes besides everything native fetch takes. */
interface AuthInit extends RequestInit {
    /** `false` sends this one request without the access token, and leaves a 401 to the caller. */
    auth?: boolean;
    /** What sends this one request, such as the `fetch` that SvelteKit hands to `load`. Refreshes go their own way. Default: that of the client. */
    fetch?: typeof globalThis.fetch;
}

/** A request as the application made it. */
interface SentRequest {
    /** In upper case. */
    readonly method: string;
    /** Absolute, as it was asked for: before redirects. */
    readonly url: string;
    /** The application's own, without the access token. */
    readonly headers: Headers;
}
/** Everything `createAuthClient` takes. Only `baseUrl` is required. Durations are milliseconds. */
interface AuthClientOptions {
    /**
     * The API server. Relative request URLs resolve against it, as links do: `orders` is below its path, but `/orders` starts at the
     * origin, outside of `baseUrl` where that has a path, and goes without the token. A relative `baseUrl` resolves against the page as in `fetch`: a `<base>`
     * counts. Must be https, or a host that is this device: `localhost`, `*.localhost`, 127.0.0.0/8, `[::1]`.
     */
    baseUrl: string | URL;
    /** URL prefixes that may get the access token: exact origin and path prefix. Default `[baseUrl]`. */
    apis?: readonly (string | URL)[];
    /**
     * Hosts, without scheme or port, that may be spoken to in the clear: for a phone in your own network while you develop, such
     * as `['192.168.1.20']`. Whoever is on the way reads passwords and tokens, and the development build warns of it. Default none.
     */
    insecureHosts?: readonly string[];
    /** Paths of the auth endpoints, relative to `baseUrl`. Default `auth/login`, `auth/refresh`, `auth/logout`. */
    endpoints?: Partial<Record<'login' | 'refresh' | 'logout', string>>;
    /** How login, refresh and logout look on the wire. Default `oauthProtocol()`. */
    protocol?: AuthProtocol;
    /** RFC 6749 client identifier, sent with every refresh. Default `'spa'`. */
    clientId?: string;
    /**
     * Where the session is kept; falls back to memory where the browser refuses. `'session'` and `'memory'` are this tab's alone:
     * nothing is shared with other tabs or clients, no lock and no message. A store of your own is taken for one that all tabs of
     * this origin share; give each client its own `storageKey` where they do not. Default `'local'`.
     */
    storage?: 'local' | 'session' | 'memory' | AuthStorage;
    /**
     * The key in that storage, and the name of lock and channel: clients with different keys share nothing. The session of
     * another API under the same key is left alone, and is there again when `baseUrl` is: what counts is host and path of `baseUrl` (not
     * the scheme, and no version such as `/v1/`), `clientId`, and the address of a refresh endpoint on another host. Default `'latchkey'`.
     */
    storageKey?: string;
    /** A use this long before expiry also refreshes. Used as `min(expiryMargin, lifetime / 4)`. Default 60 000. */
    expiryMargin?: number;
    /** `on-use`: an idle tab never refreshes. `while-visible`: a visible tab keeps the access token fresh. Default `'on-use'`. */
    renew?: 'on-use' | 'while-visible';
    /** How long a call waits for the refresh. Default 15 000. */
    refreshTimeout?: number;
    /** How long a refresh waits for another tab's, before it goes on without the lock. Default 5 000. */
    lockTimeout?: number;
    /** How long `logout()` waits for the server before it settles with `pending`. Default 5 000. */
    logoutTimeout?: number;
    /** `session-expiring` is told this long before the session can no longer be extended. Default 120 000. */
    warnBefore?: number;
    /**
     * Whether a response says that the access token has expired. Gets a copy: read its body freely. `request` is what was asked:
     * the response knows its own `url` only where it came from the network. Default: a 401 whose Bearer challenge, if any, says `invalid_token` or names no error.
     */
    isTokenExpired?: (response: Response, request: SentRequest) => boolean | Promise<boolean>;
    /** Logs in again in place. Requests that wait go on if the same user came back, else they reject with `SessionChangedError`. */
    onLoginRequired?: OnLoginRequired;
    /** Default `globalThis.fetch`, read when used. */
    fetch?: typeof globalThis.fetch;
    /** Time, timers, locks, channels, page signals and randomness: the seams for tests and odd environments. */
    platform?: Partial<Platform>;
}
/** A session and the ways to use it. */
interface AuthClient {
    /** Known from the first line on; the same object until something changes. Reading it causes no request. */
    readonly session: SessionSnapshot;
    /** Where the session is really kept, after falling back. */
    readonly persistence: 'local' | 'session' | 'memory' | 'custom';
    /** Calls back after every change, in this tab or another; returns the way to stop. Fits `useSyncExternalStore`. */
    subscribe(listener: SessionListener): () => void;
    /**
     * Starts a session, and ends the one before, if any, on the server too.
     * @throws LoginFailedError when the server refuses or cannot be asked: a session that was there stays untouched.
     * @throws SessionChangedError when a logout or another login came first.
     */
    login(credentials: Readonly<Record<string, unknown>>, options?: {
        signal?: AbortSignal;
    }): Promise<SessionSnapshot>;
    /**
     * Starts a session with tokens from the application's own login flow.
     * @throws ConfigurationError without an access token and a refresh token.
     */
    adoptTokens(response: TokenResponse): SessionSnapshot;
    /** Sends the pair, however expired, to the server and clears storage, in one turn. Never rejects. */
    logout(): Promise<LogoutResult>;
    /**
     * Refreshes now, or joins the refresh under way; with `force` only one that began after this call.
     * @throws NotSignedInError, LoginRequiredError, RefreshRejectedError, RefreshUnavailableError, SessionChangedError
     */
    refresh(options?: {
        force?: boolean;
        signal?: AbortSignal;
    }): Promise<SessionSnapshot>;
    /**
     * An access token good for at least `minValidity` milliseconds, for WebSocket, SSE and uploads. Prefer `fetch`.
     * Where no token lives that long, one that is about as good as new.
     *
     * `refused` is a token that the API has answered with a 401: gives another, by the rules of `fetch`. However many requests
     * come back with the same token, they cause one refresh, and none where there is a newer token already. A token of another
     * session or user is never exchanged. After three refreshes within a minute that brought tokens which were refused, too, it
     * rejects with `RefreshUnavailableError` for the rest of that minute.
     * @throws the same as `refresh`.
     */
    getAccessToken(options?: {
        minValidity?: number;
        refused?: string;
        signal?: AbortSignal;
    }): Promise<string>;
    /**
     * The absolute URL of an address that may get the access token (`apis`), for what takes a token by hand.
     *
     * @example request.open('POST', client.apiUrl('files'));
     * @param url absolute, or relative to `baseUrl`.
     * @throws ConfigurationError for an address that may not.
     */
    apiUrl(url: string | URL): string;
    /**
     * Native `fetch` with the access token where it belongs; `auth: false` in init opts one request out. Relative URLs resolve against
     * `baseUrl` as links do: with `https://api.example.com/v1`, `orders` is `/v1/orders`, and `/orders` is `/orders`, outside of
     * `apis`, without the token. The development build warns of that.
     */
    fetch: (input: RequestInfo | URL, init?: AuthInit) => Promise<Response>;
    /** Stops everything: no timer, listener, lock or channel is left. The stored session stays. */
    dispose(): void;
}

/**
 * Where in an answer a value is: a path such as `'data.access_token'`, or `'header:x-access-token'`. Of several the first that
 * is there counts: `['idToken', 'id_token']` for a server that answers a login and a refresh differently.
 */
type Field = string | readonly string[];
/**
 * How a server says when the access token expires: a whole number (as JSON or as text) of seconds or milliseconds, from now or
 * since 1970; `iso` for a date with its zone such as `2026-12-01T10:00:00Z`. What is not written in this unit counts as not
 * told: then the token's own `exp` says it, as with `jwt`.
 */
type ExpiryUnit = 'seconds' | 'milliseconds' | 'epoch-seconds' | 'epoch-milliseconds' | 'iso' | 'jwt';
/** What `jsonProtocol` takes. Whatever is left out is as on most servers. */
interface JsonProtocolOptions {
    /** Where the answers to login and refresh hold what. */
    answer?: {
        /** Default `'access_token'`. */
        accessToken?: Field;
        /** Default `'refresh_token'`. An answer without one keeps the one in use. */
        refreshToken?: Field;
        /** Default `'expires_in'`. */
        expiry?: Field;
        /** Default `'seconds'`. */
        expiryUnit?: ExpiryUnit;
        /** Seconds left of the window in which the session can be refreshed; 0 for no limit. Default: the server does not say. */
        refreshTimeout?: Field;
        /** Seconds left of the session; 0 for no limit. Default: the server does not say. */
        sessionTimeout?: Field;
        /** Default: the token's claim `sid`, else one made up here. */
        sessionId?: Field;
    };
    /** How the refresh token travels to the refresh endpoint. */
    refresh?: {
        /** `json` or `form` in the body, `bearer` in `Authorization`. Default `'json'`. */
        as?: 'json' | 'form' | 'bearer';
        /** Its name in the body. Default `'refresh_token'`. */
        field?: string;
        /** Sent along in the body, such as `{ mode: 'json' }`. */
        extra?: Readonly<Record<string, string>>;
    };
    /**
     * What `logout()` sends: both tokens, one of them, or nothing at all. `bearer` puts the access token into `Authorization`; one
     * that has expired is renewed first, in the background. Default `'pair'`.
     */
    logout?: 'pair' | 'refresh-token' | 'bearer' | 'none';
    /** Whether the pair of a logout goes as JSON, which costs a preflight across origins. Default `'form'`. */
    logoutAs?: 'json' | 'form';
    /** The refresh token's name in the body of a logout, such as `'token'` (RFC 7009 §2.1). Default: the same as for a refresh. */
    logoutField?: string;
    /** Sent along in the body of a logout. Default: the same as for a refresh. */
    logoutExtra?: Readonly<Record<string, string>>;
    /** Whether refreshes carry `Idempotency-Key`. The server must know it, and allow it across origins. Default `false`. */
    idempotencyKey?: boolean;
    /** Sent with every request, such as an API key. */
    headers?: Readonly<Record<string, string>>;
    /**
     * Whether an answer refuses for good. Asked for 4xx answers that are not 408, 425 or 429, and for a 2xx without tokens.
     * Default: 400, 401 or 403 with a JSON body, or a bare 401; a login is also refused by any other 4xx with a JSON body.
     */
    isRefusal?: (status: number, body: Readonly<Record<string, unknown>> | null) => boolean;
}

/**
 * Any server that speaks JSON.
 *
 * @example
 * // Directus
 * createAuthClient({
 *   baseUrl: 'https://cms.example.com',
 *   protocol: jsonProtocol({
 *     answer: {
 *       accessToken: 'data.access_token',
 *       refreshToken: 'data.refresh_token',
 *       expiry: 'data.expires',
 *       expiryUnit: 'milliseconds',
 *     },
 *     refresh: { extra: { mode: 'json' } },
 *     logout: 'refresh-token',
 *   }),
 * });
 */
declare function jsonProtocol(given?: JsonProtocolOptions): AuthProtocol;

/**
 * The wire format of this project's own server: a JSON login (the credentials as they are given, and `client_id`), an RFC 6749 §6 token
 * endpoint for the refresh, and a logout that takes the pair and needs no CORS preflight. The default.
 *
 * @example
 * createAuthClient({ baseUrl: 'https://api.example.com', protocol: oauthProtocol() });
 */
declare function oauthProtocol(...none: never[]): AuthProtocol;

/**
 * A session of this browser with an API server that issues its own tokens, without `client.api`.
 *
 * @throws ConfigurationError for options that make no sense.
 * @example
 * const client = createAuthClient({ baseUrl: 'https://api.example.com' });
 * await client.login({ username, password });
 * const orders = await (await client.fetch('orders')).json();
 * await client.logout();
 */
declare function createAuthClient(options: AuthClientOptions): AuthClient;

export { AuthError, ConfigurationError, LoginFailedError, LoginRequiredError, NotReplayableError, NotSignedInError, RefreshRejectedError, RefreshUnavailableError, SessionChangedError, StorageError, createAuthClient, isAuthError, jsonProtocol, oauthProtocol };
export type { AuthClient, AuthClientOptions, AuthErrorCode, AuthErrorFacts, AuthInit, AuthProtocol, AuthStorage, Claims, EventOrigin, ExpiryUnit, Field, JsonProtocolOptions, LapsedReason, LogoutOutcome, LogoutResult, Page, PageSignal, Platform, ProtocolContext, SentRequest, SessionEvent, SessionListener, SessionSnapshot, SignedOutReason, TabChannel, TabLocks, TokenOutcome, TokenPair, TokenResponse };
