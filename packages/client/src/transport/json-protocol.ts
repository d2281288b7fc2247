import { checkOptions } from '../check-options.ts';
import type { TokenResponse } from '../types.ts';
import type { AuthProtocol, LogoutOutcome, TokenOutcome } from './auth-protocol.ts';
import { type ExpiryUnit, type Field, type JsonProtocolOptions, jsonRules } from './json-options.ts';
import { formRequest, type Init, isPage, isTransient, jsonRequest, readJsonObject, unavailable } from './wire.ts';

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
export function jsonProtocol(given: JsonProtocolOptions = {}): AuthProtocol {
  const options = given ?? {};
  checkOptions('jsonProtocol()', options, jsonRules);
  const { isRefusal } = options;
  const answer = options.answer ?? {};
  const refresh = options.refresh ?? {};
  const logout = options.logout ?? 'pair';
  const logoutAs = options.logoutAs ?? 'form';
  const headers = options.headers ?? {};
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

  const logoutRequest: AuthProtocol['logout'] = ({ accessToken, refreshToken }, { url, keepalive = true }) => {
    if (logout === 'none') return null;
    const init: Init = { keepalive, headers: { ...headers } };
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
    logout: logoutRequest,
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
