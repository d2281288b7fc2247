import { checkOptions } from '../check-options.ts';
import type { TokenResponse } from '../types.ts';
import type { AuthProtocol, LogoutOutcome, TokenOutcome } from './auth-protocol.ts';
import { type ExpiryUnit, type Field, type JsonProtocolOptions, jsonRules } from './json-options.ts';
import { wordsOf } from './server-words.ts';
import {
  type Answer,
  formRequest,
  type Init,
  isPage,
  isTransient,
  jsonRequest,
  readAnswer,
  readJsonObject,
  unavailable,
  wholeNumber,
} from './wire.ts';

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

/** The instant of a date as ISO 8601 writes it, with its zone: without one nobody knows when it is. */
function instant(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(value))
    return undefined;
  const at = Date.parse(value.replace(/(\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? undefined : at;
}

/** Seconds until the access token expires; `undefined` for what does not say it in this unit. */
function lifetime(value: unknown, unit: ExpiryUnit): number | undefined {
  const number = unit === 'iso' ? instant(value) : wholeNumber(value);
  if (number === undefined || unit === 'jwt') return undefined;
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
  const places = [
    'error',
    'code',
    'error.message',
    'errors.0.extensions.code',
    'message',
    'detail',
    'msg',
    'title',
    'status',
  ];
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

  const refuses = (
    { status, headers }: Response,
    { object: body, body: said }: Answer,
    asked: 'login' | 'refresh',
  ): boolean => {
    if (status < 400) return body !== null && isRefusal?.(status, body) === true;
    if (asked === 'login' && said != null) return true;
    return isRefusal ? isRefusal(status, body) : refusesForGood(status, body, headers);
  };

  const readTokens = async (response: Response, asked: 'login' | 'refresh'): Promise<TokenOutcome> => {
    const { status } = response;
    const found = await readAnswer(response);
    const { object, body } = found;
    const at = (where: Field | undefined): unknown => pick(where, object, response.headers);
    const place = answer.accessToken ?? 'access_token';
    const accessToken = at(place);
    if (response.ok && typeof accessToken === 'string' && accessToken !== '') {
      const tokens: Record<string, unknown> = {
        access_token: accessToken,
        refresh_token: at(answer.refreshToken ?? 'refresh_token'),
        expires_in: lifetime(at(answer.expiry ?? 'expires_in'), answer.expiryUnit ?? 'seconds'),
        // Zero is no limit, as Keycloak says it of offline sessions; what has no time left would hardly be answered.
        refresh_token_timeout: wholeNumber(at(answer.refreshTimeout)) || undefined,
        authorization_expires_in: wholeNumber(at(answer.sessionTimeout)) || undefined,
        sid: at(answer.sessionId),
      };
      return { kind: 'tokens', tokens: tokens as unknown as TokenResponse, body };
    }
    if (isTransient(status) || !refuses(response, found, asked)) return unavailable(response, found, [place].flat()[0]);
    return { kind: 'rejected', error: codeOf(object), status, body, description: wordsOf(body) };
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
