import { shown } from '../check-options.ts';
import { development } from '../development.ts';
import { ConfigurationError } from '../errors.ts';
import type { TokenResponse } from '../types.ts';
import type { AuthProtocol, TokenOutcome } from './auth-protocol.ts';
import { wordsOf } from './server-words.ts';
import {
  type Answer,
  formRequest,
  isTransient,
  jsonRequest,
  readAnswer,
  readJsonObject,
  unavailable,
  wholeNumber,
} from './wire.ts';

/** What is a number of seconds: anything else counts as not told. */
const spans = ['expires_in', 'refresh_token_timeout', 'authorization_expires_in'];

/** Refusals that end a session. */
const terminal = /^invalid_(grant|token)$/;

/** What says nothing about the session, even with a 401 (RFC 6749 §4.1.2.1, §5.2). */
const beside =
  /^(invalid_(client|request|scope)|unauthorized_client|unsupported_grant_type|server_error|temporarily_unavailable)$/;

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether the answer of our own endpoint refuses for good. A page instead of JSON came from something in between. */
function isRefusal(response: Response, { object: body, body: said }: Answer, asked: 'login' | 'refresh'): boolean {
  const { status } = response;
  if (isTransient(status)) return false;
  const error = `${body?.['error']}`;
  if (asked === 'login' && said != null) return status >= 400;
  if (status === 401) return body ? !beside.test(error) : !response.headers.get('content-type');
  return (status === 400 || status === 403) && terminal.test(error);
}

async function readTokens(response: Response, asked: 'login' | 'refresh'): Promise<TokenOutcome> {
  const found = await readAnswer(response);
  const { object, body } = found;
  if (response.ok && text(object?.['access_token'])) {
    const tokens: Record<string, unknown> = { ...object };
    for (const name of spans) tokens[name] = wholeNumber(tokens[name]);
    return { kind: 'tokens', tokens: tokens as unknown as TokenResponse, body };
  }
  if (!isRefusal(response, found, asked)) return unavailable(response, found, 'access_token');
  return {
    kind: 'rejected',
    error: text(object?.['error']) ?? (asked === 'login' ? 'login_failed' : 'invalid_grant'),
    status: response.status,
    reason: text(object?.['reason']),
    description: wordsOf(body),
    body,
  };
}

/**
 * The wire format of this project's own server: a JSON login (the credentials as they are given, and `client_id`), an RFC 6749 §6 token
 * endpoint for the refresh, and a logout that takes the pair and needs no CORS preflight. The default.
 *
 * @example
 * createAuthClient({ baseUrl: 'https://api.example.com', protocol: oauthProtocol() });
 */
export function oauthProtocol(...none: never[]): AuthProtocol {
  if (none[0] != null) {
    throw new ConfigurationError(
      `oauthProtocol() takes no options; got ${shown(none[0])}.${development ? ' Did you mean jsonProtocol()?' : ''}`,
    );
  }
  return {
    // The server binds the session to the client from the start, or else whoever refreshes first says which it is.
    login: (credentials, { url, clientId }) => jsonRequest(url, { client_id: clientId, ...credentials }),
    refresh(pair, { url, clientId, idempotencyKey }) {
      const fields = { grant_type: 'refresh_token', refresh_token: pair.refreshToken, client_id: clientId };
      return formRequest(url, fields, idempotencyKey ? { headers: { 'idempotency-key': `"${idempotencyKey}"` } } : {});
    },
    logout: (pair, { url, keepalive = true }) =>
      formRequest(url, { access_token: pair.accessToken, refresh_token: pair.refreshToken }, { keepalive }),
    revoke: ({ sid, ticket }, { url, keepalive = true }) =>
      formRequest(url, { logout_ticket: ticket, sid }, { keepalive }),
    readTokens,
    async readLogout(response) {
      const body = await readJsonObject(response);
      if (response.ok) {
        const { status } = body ?? {};
        return status === 'revoked' ? status : status === 'already_revoked' ? 'already-revoked' : 'unsettled';
      }
      return /^invalid_(grant|token|request)$/.test(`${body?.['error']}`) ? 'rejected' : 'unsettled';
    },
  };
}
