import type { Platform } from './platform.ts';
import type { AuthInit } from './request/authorized-fetch.ts';
import type { OnLoginRequired } from './session/login-wait.ts';
import type { AuthProtocol } from './transport/auth-protocol.ts';
import type { AuthStorage, LogoutResult, SessionListener, SessionSnapshot, TokenResponse } from './types.ts';

/** A request as the application made it. */
export interface SentRequest {
  /** In upper case. */
  readonly method: string;
  /** Absolute, as it was asked for: before redirects. */
  readonly url: string;
  /** The application's own, without the access token. */
  readonly headers: Headers;
}

/** Everything `createAuthClient` takes. Only `baseUrl` is required. Durations are milliseconds. */
export interface AuthClientOptions {
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
export interface AuthClient {
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
  login(credentials: Readonly<Record<string, unknown>>, options?: { signal?: AbortSignal }): Promise<SessionSnapshot>;
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
  refresh(options?: { force?: boolean; signal?: AbortSignal }): Promise<SessionSnapshot>;
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
  getAccessToken(options?: { minValidity?: number; refused?: string; signal?: AbortSignal }): Promise<string>;
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
