import { decodeJwt } from 'jose';
import { memoryStore } from '../../store/memory-store.ts';
import { ada, eve } from '../api.ts';
import {
  type Around,
  accepted,
  at,
  type BrokenServer,
  endpointOf,
  jsonOf,
  refreshTokenOf,
  refusal,
  restated,
  rewritten,
  usualHeaders,
} from './breaking.ts';

const withHeaders =
  (headers: Record<string, string | null>, where: (request: Request, response: Response) => boolean = () => true) =>
  (): Around =>
  async (request, next) => {
    const response = await next(request);
    return where(request, response) ? rewritten(response, headers) : response;
  };

const isAuth = (request: Request) => /^POST (login|refresh|logout|revoke)$/.test(endpointOf(request));

export const brokenAnswers: readonly BrokenServer[] = [
  {
    that: 'tells an unknown user from a wrong password',
    alongside: true,
    breaks: ['WIR-2.alike'],
    answers: () =>
      at('POST login', async (request, next) => {
        const { username } = (await request
          .clone()
          .json()
          .catch(() => ({}))) as { username?: string };
        const response = await next(request);
        const isUnknown = username !== undefined && username !== ada.username && username !== eve.username;
        return isUnknown ? restated(response, () => ({ error_description: 'There is no such user.' })) : response;
      }),
  },
  {
    that: 'answers a wrong password with 401',
    breaks: ['WIR-2.status'],
    answers: () =>
      at('POST login', async (request, next) => {
        const response = await next(request);
        return (await jsonOf(response))['error'] === 'invalid_grant' ? refusal(401, 'invalid_grant') : response;
      }),
  },
  {
    that: 'lets one session of a user live',
    breaks: ['TOK-10.own-session', 'LOG-T0.session', 'LOG-2.unknown', 'LOG-9.list', 'LOG-9.all'],
    options: () => ({ policy: { maxSessions: 1 } }),
  },
  {
    that: 'does not say which type its tokens are of',
    breaks: ['WIR-5.login', 'REF-2.rotates'],
    answers: () => async (request, next) => restated(await next(request), () => ({ token_type: undefined })),
  },
  { that: 'lets answers be cached', breaks: ['TOK-11.tokens'], answers: withHeaders({ 'cache-control': null }) },
  {
    that: 'lets refusals be cached',
    alongside: true,
    breaks: ['TOK-11.others'],
    answers: withHeaders({ 'cache-control': 'max-age=60' }, (_request, { status }) => status >= 400),
  },
  {
    that: 'fails at what it cannot read',
    breaks: ['WIR-6.login', 'WIR-6.refresh', 'WIR-6.no-5xx'],
    answers: () => async (request, next) => {
      const response = await next(request);
      const isGarbage = [405, 413, 415].includes(response.status) || /JSON/.test(await response.clone().text());
      return isGarbage ? refusal(500, 'server_error') : response;
    },
  },
  {
    that: 'repeats a refresh token in its refusal',
    alongside: true,
    breaks: ['TOK-12'],
    answers: () =>
      at('POST refresh', async (request, next) => {
        const token = (await refreshTokenOf(request)) ?? '';
        const response = await next(request);
        return response.status === 400
          ? restated(response, ({ reason }) => (reason === 'revoked' ? {} : { error_description: `No ${token}` }))
          : response;
      }),
  },
  {
    that: 'refuses in HTML',
    alongside: true,
    breaks: ['WIR-1'],
    answers: () =>
      at('POST refresh', async (request, next) => {
        const response = await next(request);
        return response.status === 415
          ? new Response('<h1>415</h1>', {
              status: 415,
              headers: rewritten(response, { 'content-type': 'text/html' }).headers,
            })
          : response;
      }),
  },
  {
    that: 'lets every page read its answers',
    breaks: ['WIR-8.foreign'],
    answers: () => async (request, next) => {
      const origin = request.headers.get('origin');
      const response = await next(request);
      return origin === null ? response : rewritten(response, { 'access-control-allow-origin': origin });
    },
  },
  {
    that: 'sends Access-Control-Allow-Origin: *',
    breaks: ['WIR-8.foreign', 'WIR-8.preflight', 'WIR-8.exposed'],
    answers: withHeaders({ 'access-control-allow-origin': '*' }),
  },
  {
    that: 'allows every header by *',
    alongside: true,
    breaks: ['WIR-8.preflight'],
    answers: withHeaders({ 'access-control-allow-headers': '*' }, ({ method }) => method === 'OPTIONS'),
  },
  {
    that: 'forgets CORS where it refuses',
    alongside: true,
    breaks: ['WIR-8.exposed'],
    answers: withHeaders({ 'access-control-allow-origin': null }, (_request, { status }) => status >= 400),
  },
  { that: 'does not vary', alongside: true, breaks: ['WIR-8.vary'], answers: withHeaders({ vary: null }) },
  { that: 'does not tell the time', alongside: true, breaks: ['WIR-8.date'], answers: withHeaders({ date: null }) },
  {
    that: 'sets a cookie',
    alongside: true,
    breaks: ['WIR-7'],
    answers: withHeaders({ 'set-cookie': 'session=1' }, isAuth),
  },
  {
    that: 'clears the data of the site',
    alongside: true,
    breaks: ['LOG-8'],
    answers: withHeaders({ 'clear-site-data': '"storage"' }, (request) => endpointOf(request) === 'POST logout'),
  },
  {
    that: 'asks to slow down and does not say for how long',
    breaks: ['REF-18.retry-after'],
    inTime: true,
    answers: () => {
      let count = 0;
      return async (request, next) => {
        const response = await next(request);
        count += 1;
        return count === 20 ? rewritten(refusal(429, 'temporarily_unavailable'), { 'retry-after': null }) : response;
      };
    },
  },
];

export const brokenResources: readonly BrokenServer[] = [
  {
    that: 'ends sessions for an access token alone',
    breaks: ['LOG-9.alone'],
    answers: () =>
      at('POST logout-all', async (request, next, server) => {
        const me = await next(new Request(new URL('/me', request.url), { headers: request.headers }));
        if (me.status !== 200) return next(request);
        const { sub, sid } = await jsonOf(me);
        for (const session of await server.sessions.list(String(sub))) {
          if (session.sid !== sid) await server.sessions.revoke(session.sid);
        }
        return new Response(null, { status: 204, headers: usualHeaders(204) });
      }),
  },
  {
    that: 'takes the access tokens of ended sessions',
    breaks: ['TOK-13.logout', 'LOG-9.end'],
    options: () => {
      const store = memoryStore();
      return {
        store: {
          ...store,
          find: async (id) => {
            const family = await store.find(id);
            return family && { ...family, revokedAt: null };
          },
        },
      };
    },
  },
  {
    that: 'takes the access tokens of a session that ended by reuse',
    alongside: true,
    breaks: ['TOK-13.reuse'],
    options: () => {
      const store = memoryStore();
      return {
        store: {
          ...store,
          find: async (id) => {
            const family = await store.find(id);
            return family?.revokeReason === 'reuse' ? { ...family, revokedAt: null } : family;
          },
        },
      };
    },
  },
  {
    that: 'does not check signatures',
    breaks: ['TOK-4.forged', 'TOK-4.public-key'],
    answers: () => {
      const issued = new Set<string>();
      return async (request, next, { clock }) => {
        const response = await next(request);
        if (endpointOf(request) !== 'GET me') {
          issued.add(String((await jsonOf(response))['access_token']));
          return response;
        }
        const token = (request.headers.get('authorization') ?? '').slice('Bearer '.length);
        const isForged = token.split('.').length === 3 && !issued.has(token);
        return isForged && (decodeJwt(token).exp ?? 0) * 1_000 > clock.now() ? accepted({}) : response;
      };
    },
  },
  {
    that: 'answers a bad access token with 403',
    alongside: true,
    breaks: ['WIR-3.invalid', 'WIR-3.refresh-token'],
    answers: () =>
      at('GET me', async (request, next) => {
        const response = await next(request);
        const isBad = response.status === 401 && !/eyJ/.test(request.headers.get('authorization') ?? 'eyJ');
        return isBad ? refusal(403, 'forbidden') : response;
      }),
  },
  {
    that: 'says no more than 401',
    alongside: true,
    breaks: ['WIR-3.missing', 'WIR-3.challenge'],
    answers: () =>
      at('GET me', async (request, next) => {
        const response = await next(request);
        return request.headers.has('authorization') ? response : rewritten(response, { 'www-authenticate': null });
      }),
  },
  {
    that: 'calls a missing token an invalid one',
    breaks: ['WIR-3.missing'],
    answers: () =>
      at('GET me', async (request, next) => {
        const response = await next(request);
        const challenge = 'Bearer error="invalid_token"';
        return response.status === 401 ? rewritten(response, { 'www-authenticate': challenge }) : response;
      }),
  },
];
