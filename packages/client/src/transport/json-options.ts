import { isBoolean, isFunction, isHeaders, isPath, isText, isTexts, type Rules } from '../option-rules.ts';

/**
 * Where in an answer a value is: a path such as `'data.access_token'`, or `'header:x-access-token'`. Of several the first that
 * is there counts: `['idToken', 'id_token']` for a server that answers a login and a refresh differently.
 */
export type Field = string | readonly string[];

/**
 * How a server says when the access token expires: a whole number (as JSON or as text) of seconds or milliseconds, from now or
 * since 1970; `iso` for a date with its zone such as `2026-12-01T10:00:00Z`. What is not written in this unit counts as not
 * told: then the token's own `exp` says it, as with `jwt`.
 */
export type ExpiryUnit = 'seconds' | 'milliseconds' | 'epoch-seconds' | 'epoch-milliseconds' | 'iso' | 'jwt';

/** What `jsonProtocol` takes. Whatever is left out is as on most servers. */
export interface JsonProtocolOptions {
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

/** The same, to be checked. */
export const jsonRules: Rules = {
  answer: {
    accessToken: isPath,
    refreshToken: isPath,
    expiry: isPath,
    expiryUnit: ['seconds', 'milliseconds', 'epoch-seconds', 'epoch-milliseconds', 'iso', 'jwt'],
    refreshTimeout: isPath,
    sessionTimeout: isPath,
    sessionId: isPath,
  },
  refresh: { as: ['json', 'form', 'bearer'], field: isText, extra: isTexts },
  logout: ['pair', 'refresh-token', 'bearer', 'none'],
  logoutAs: ['json', 'form'],
  logoutField: isText,
  logoutExtra: isTexts,
  idempotencyKey: isBoolean,
  headers: isHeaders,
  isRefusal: isFunction,
};
