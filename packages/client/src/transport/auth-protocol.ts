import type { TokenResponse } from '../types.ts';

/** The pair as the protocol needs it. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sid: string;
}

/** Where a request of the protocol goes, and as whom. */
export interface ProtocolContext {
  /** The endpoint's absolute URL. */
  readonly url: string;
  readonly clientId: string;
  /** The same for every attempt to rotate one refresh token, so that a lost answer can be asked for again. */
  readonly idempotencyKey?: string;
  /** Whether a logout outlives the page, as far as the browser allows it; `false` where the browser has refused that. Default `true`. */
  readonly keepalive?: boolean;
}

/** Three outcomes, never two: tokens · refused by our server · nothing settled. */
export type TokenOutcome =
  | {
      readonly kind: 'tokens';
      readonly tokens: TokenResponse;
      /** The whole answer, to say what it holds where a token is missing. */
      readonly body?: unknown;
    }
  | {
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
    }
  | {
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
export type LogoutOutcome = 'revoked' | 'already-revoked' | 'rejected' | 'unsettled';

/**
 * How login, refresh and logout look on the wire. Building a request is synchronous and never fails; reading a response
 * never throws. {@link oauthProtocol} and {@link jsonProtocol} cover most servers.
 */
export interface AuthProtocol {
  login(credentials: Readonly<Record<string, unknown>>, context: ProtocolContext): Request;
  refresh(pair: TokenPair, context: ProtocolContext): Request;
  /**
   * `null` where the server is not told of a logout at all. Must need no CORS preflight, or a page that is being left may lose it.
   * Where a header carries the access token, one that has expired is renewed first.
   */
  logout(pair: TokenPair, context: ProtocolContext): Request | null;
  /** Ends a session by its ticket, long after the tokens are gone; absent where the server knows no tickets. */
  revoke?(entry: { readonly sid: string; readonly ticket: string }, context: ProtocolContext): Request;
  /** @param asked which request this answers: what refuses a login need not end a session. */
  readTokens(response: Response, asked: 'login' | 'refresh'): Promise<TokenOutcome>;
  /** Without `revoke`, a refusal is believed only after the server has refused a refresh, too. */
  readLogout(response: Response): Promise<LogoutOutcome>;
}
