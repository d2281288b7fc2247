import type { TokenResponse } from '../types.ts';
import type { AuthProtocol, LogoutOutcome, TokenOutcome, TokenPair } from './auth-protocol.ts';
import { formRequest, type Init, isPage, isTransient, jsonRequest, readJsonObject, unavailable } from './wire.ts';

/**
 * Where in an answer a value is: a path such as `'data.access_token'`, or `'header:x-access-token'`. Of several the first that
 * is there counts: `['idToken', 'id_token']` for a server that answers a login and a refresh differently.
 */
export type Field = string | readonly string[];

/** How a server says when the access token expires; `jwt` reads nothing but the token's own `exp - iat`. */
export type ExpiryUnit = 'seconds' | 'milliseconds' | 'epoch-seconds' | 'epoch-milliseconds' | 'jwt';

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

type Body = Record<string, unknown> | null;

function pick(field: Field | undefined, body: Body, headers: Headers): unknown {
  for (const where of field === undefined ? [] : [field].flat()) {
    const found = where.startsWith('header:')
      ? headers.get(where.slice('header:'.length))
      : where.split('.').reduce<unknown>((value, key) => (value as Body)?.[key], body);
    if (found != null) return found;
  }
  return undefined;
}

function lifetime(value: unknown, unit: ExpiryUnit): number | undefined {
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || unit === 'jwt') return undefined;
  if (unit === 'seconds') return number;
  if (unit === 'milliseconds') return number / 1000;
  return (unit === 'epoch-seconds' ? number : number / 1000) - Date.now() / 1000;
}

function refusesForGood(status: number, body: Body, headers: Headers): boolean {
  if (status === 401 && !headers.get('content-type')) return true;
  return body !== null && (status === 400 || status === 401 || status === 403);
}

/** The server's own word for its refusal, wherever servers like to put it. */
function codeOf(body: Body): string {
  const places = ['error', 'code', 'error.message', 'errors.0.extensions.code', 'message', 'status'];
  const words = places.map((where) => pick(where, body, new Headers()));
  return String(words.find((word) => typeof word === 'string' && word !== '') ?? 'refused');
}

/** Whether a logout that was answered 200 has failed all the same. */
function saysFailure(body: Body): boolean {
  const { error, errors, success, ok, status } = body ?? {};
  const isListed = Object.keys(Object(errors)).length > 0;
  return !!error || isListed || success === false || ok === false || /error|fail/i.test(`${status}`);
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
export function jsonProtocol(options: JsonProtocolOptions = {}): AuthProtocol {
  const { answer = {}, refresh = {}, logout = 'pair', logoutAs = 'form', headers = {}, isRefusal } = options;
  const field = refresh.field ?? 'refresh_token';

  const refuses = ({ status, headers }: Response, body: Body, asked: 'login' | 'refresh'): boolean => {
    if (status < 400) return body !== null && isRefusal?.(status, body) === true;
    if (asked === 'login' && body !== null) return true;
    return isRefusal ? isRefusal(status, body) : refusesForGood(status, body, headers);
  };

  const readTokens = async (response: Response, asked: 'login' | 'refresh'): Promise<TokenOutcome> => {
    const { status } = response;
    const body = await readJsonObject(response);
    const at = (where: Field | undefined): unknown => pick(where, body, response.headers);
    const accessToken = at(answer.accessToken ?? 'access_token');
    if (response.ok && typeof accessToken === 'string' && accessToken !== '') {
      const tokens: Record<string, unknown> = {
        access_token: accessToken,
        refresh_token: at(answer.refreshToken ?? 'refresh_token'),
        expires_in: lifetime(at(answer.expiry ?? 'expires_in'), answer.expiryUnit ?? 'seconds'),
        // Zero is no limit, as Keycloak says it of offline sessions; what has no time left would hardly be answered.
        refresh_token_timeout: at(answer.refreshTimeout) || undefined,
        authorization_expires_in: at(answer.sessionTimeout) || undefined,
        sid: at(answer.sessionId),
      };
      return { kind: 'tokens', tokens: tokens as unknown as TokenResponse };
    }
    if (isTransient(status) || !refuses(response, body, asked)) return unavailable(response);
    return { kind: 'rejected', error: codeOf(body), status };
  };

  const logoutRequest = ({ accessToken, refreshToken }: TokenPair, url: string): Request | null => {
    if (logout === 'none') return null;
    const init: Init = { keepalive: true, headers: { ...headers } };
    if (logout === 'bearer') {
      return formRequest(url, {}, { ...init, headers: { ...headers, authorization: `Bearer ${accessToken}` } });
    }
    const fields = {
      ...(logout === 'pair' && { access_token: accessToken }),
      [options.logoutField ?? field]: refreshToken,
      ...(options.logoutExtra ?? refresh.extra),
    };
    return logoutAs === 'json' ? jsonRequest(url, fields, init) : formRequest(url, fields, init);
  };

  return {
    login: (credentials, { url }) => jsonRequest(url, credentials, { headers }),
    refresh({ refreshToken }, { url, idempotencyKey }) {
      const own = {
        ...headers,
        ...(options.idempotencyKey && idempotencyKey && { 'idempotency-key': `"${idempotencyKey}"` }),
      };
      if (refresh.as === 'bearer') {
        return jsonRequest(url, { ...refresh.extra }, { headers: { ...own, authorization: `Bearer ${refreshToken}` } });
      }
      const fields = { [field]: refreshToken, ...refresh.extra };
      const build = refresh.as === 'form' ? formRequest : jsonRequest;
      return build(url, fields, { headers: own });
    },
    logout: (pair, { url }) => logoutRequest(pair, url),
    readTokens,
    async readLogout(response): Promise<LogoutOutcome> {
      const { ok, status } = response;
      if (ok && (await isPage(response))) return 'unsettled';
      if (ok) return saysFailure(await readJsonObject(response)) ? 'rejected' : 'revoked';
      // The session is unknown there, unless it is the access token that was refused.
      if (logout !== 'bearer' && (status === 401 || status === 403 || status === 404)) return 'already-revoked';
      return status >= 400 && !isTransient(status) ? 'rejected' : 'unsettled';
    },
  };
}
