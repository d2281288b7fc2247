/** Claims of the access token, decoded and NOT verified: hints for the user interface, never a basis for a decision (RFC 9068 §6). */
export type Claims = { readonly sub?: string; readonly [claim: string]: unknown };

/** The answer of the token endpoint, as it is on the wire: seconds, snake case (RFC 6749 §5.1). */
export interface TokenResponse {
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
export type LapsedReason = 'window-passed' | 'session-expired';

/**
 * Why there is no session any more. `logout`: logged out here. `other-tab`: logged out in another tab. `revoked`: the server
 * says that it has ended the session. `refresh-rejected`: the server did not take the refresh token. `user-changed`: a refresh
 * was answered with the tokens of another user. `storage-cleared`: what was stored is gone, and no tab says why.
 */
export type SignedOutReason =
  | 'logout'
  | 'other-tab'
  | 'revoked'
  | 'refresh-rejected'
  | 'user-changed'
  | 'storage-cleared';

/**
 * What is known of the session, at one moment. All instants are epoch milliseconds of this device's clock.
 * `signed-in` covers an expired access token that can still be refreshed: the next use does it.
 */
export type SessionSnapshot =
  | { readonly status: 'signed-out'; readonly reason: SignedOutReason | null }
  | {
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
    }
  | {
      /** The user must log in again. `logout()` still sends the expired pair. */
      readonly status: 'lapsed';
      readonly reason: LapsedReason;
      readonly sessionId: string;
      readonly claims: Readonly<Claims> | null;
    };

/** Where the change came from. */
export type EventOrigin = 'this-tab' | 'other-tab';

/** One change of the session, with the facts of its type. Never holds a token. */
export type SessionEvent = { readonly origin: EventOrigin } & (
  | { readonly type: 'signed-in'; readonly sessionId: string }
  | { readonly type: 'token-refreshed'; readonly sessionId: string }
  | { readonly type: 'lapsed'; readonly reason: LapsedReason }
  | { readonly type: 'signed-out'; readonly reason: SignedOutReason }
  | { readonly type: 'user-changed'; readonly from: string | null; readonly to: string | null }
  | { readonly type: 'session-expiring'; readonly msLeft: number }
  | { readonly type: 'session-extended'; readonly refreshableUntil: number }
  | { readonly type: 'refresh-failed'; readonly error: Error }
  | { readonly type: 'persistence-failed'; readonly error: Error }
  | {
      readonly type: 'revocation-delivered';
      readonly sessionId: string;
      readonly server: 'revoked' | 'already-revoked' | 'rejected';
    }
);

/** Called after every change, outside of every lock. A listener that throws disturbs nobody else. */
export type SessionListener = (session: SessionSnapshot, event: SessionEvent) => void;

/** What became of a logout. The local side is always cleared. */
export interface LogoutResult {
  readonly local: 'cleared';
  /**
   * `already-revoked`: the session had ended before. `pending`: no final answer yet; the server is told as soon as it can be
   * reached, and `revocation-delivered` tells you. `rejected`: the server did not take the logout.
   */
  readonly server: 'revoked' | 'already-revoked' | 'pending' | 'rejected';
}

/** A synchronous key-value store, such as `localStorage`. It may throw. */
export interface AuthStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}
