import { digest } from '../../tokens/digest.ts';
import { ticketOf } from '../../tokens/refresh-token.ts';
import {
  at,
  type BrokenServer,
  changedForm,
  createMemory,
  formOf,
  knowing,
  refreshTokenOf,
  refusal,
  restated,
  storeThat,
  withForm,
  withHeader,
} from './breaking.ts';

const refresh = 'POST refresh';

export const brokenRefreshes: readonly BrokenServer[] = [
  {
    that: 'does not rotate',
    breaks: ['REF-2.rotates'],
    answers: () =>
      knowing('/refresh', async (memory, request, next) => {
        const sent = await refreshTokenOf(request);
        if (sent === null) return next(request);
        const changed = await changedForm(request, { refresh_token: memory.newestOf(sent) });
        const response = await memory.learn(await next(changed));
        return response.status === 200 ? restated(response, () => ({ refresh_token: sent })) : response;
      }),
  },
  {
    that: 'keeps the old refresh token alive',
    breaks: ['REF-6.refused', 'REF-10.repeat', 'REF-14.form'],
    answers: () =>
      knowing('/refresh', async (memory, request, next) => {
        const sent = await refreshTokenOf(request);
        if (sent === null) return next(request);
        const unkeyed = withHeader(request, 'idempotency-key', null);
        return memory.learn(await next(await changedForm(unkeyed, { refresh_token: memory.newestOf(sent) })));
      }),
  },
  {
    that: 'refuses a spent token and leaves its descendant alive',
    breaks: ['REF-6.descendant'],
    options: () => ({
      store: storeThat((decision) =>
        decision.write?.family.revokeReason === 'reuse' ? { result: decision.result } : decision,
      ),
    }),
  },
  {
    that: 'ends all sessions of the user at a reuse',
    alongside: true,
    breaks: ['REF-6.others'],
    answers: () =>
      at(refresh, async (request, next, server) => {
        const before = server.securityEvents.length;
        const response = await next(request);
        const reuse = server.securityEvents.slice(before).find(({ type }) => type === 'reuse');
        const sessions = reuse === undefined ? [] : await server.sessions.list(reuse.username ?? undefined);
        for (const { sid } of sessions) await server.sessions.revoke(sid);
        return response;
      }),
  },
  {
    that: 'tells whoever reuses a token that it was reuse',
    alongside: true,
    breaks: ['REF-8'],
    answers: () =>
      at(refresh, async (request, next, server) => {
        const before = server.securityEvents.length;
        const response = await next(request);
        const isReuse = server.securityEvents.slice(before).some(({ type }) => type === 'reuse');
        return isReuse ? restated(response, () => ({ error_description: 'This token was used before.' })) : response;
      }),
  },
  {
    that: 'ignores the Idempotency-Key',
    breaks: ['REF-10.repeat', 'REF-14.form'],
    answers: () => at(refresh, (request, next) => next(withHeader(request, 'idempotency-key', null))),
  },
  {
    that: 'answers a spent token again, whatever the key',
    breaks: ['REF-10.other-key', 'REF-14.form', 'REF-14.reused'],
    answers: () =>
      at(refresh, async (request, next) => {
        if (!request.headers.has('idempotency-key')) return next(request);
        const key = await digest((await refreshTokenOf(request)) ?? '');
        return next(withHeader(request, 'idempotency-key', `"${key}"`));
      }),
  },
  {
    that: 'refuses the second of two refreshes at the same moment',
    breaks: ['REF-14.parallel'],
    answers: () => {
      const underWay = new Set<string>();
      return at(refresh, async (request, next) => {
        const token = (await refreshTokenOf(request)) ?? '';
        if (underWay.has(token)) return refusal(409, 'invalid_request');
        underWay.add(token);
        return next(request).finally(() => underWay.delete(token));
      });
    },
  },
  {
    that: 'lets two parallel refreshes both have a pair',
    breaks: ['REF-2.race'],
    answers: () => {
      const underWay = new Map<string, Promise<Response>>();
      return at(refresh, async (request, next) => {
        const token = (await refreshTokenOf(request)) ?? '';
        if (request.headers.has('idempotency-key')) return next(request);
        const answer = underWay.get(token) ?? next(request).finally(() => underWay.delete(token));
        underWay.set(token, answer);
        return (await answer).clone();
      });
    },
  },
  {
    that: 'lets one key be used for two refresh tokens',
    alongside: true,
    breaks: ['REF-14.reused'],
    options: () => ({
      store: storeThat(
        (decision) => decision,
        (found) => (found?.token.status === 'current' ? { ...found, keyUsedFor: null } : found),
      ),
    }),
  },
  {
    that: 'takes any text for a key',
    alongside: true,
    breaks: ['REF-14.form'],
    answers: () =>
      at(refresh, async (request, next) => {
        const key = request.headers.get('idempotency-key');
        return next(key === null ? request : withHeader(request, 'idempotency-key', `"${await digest(key)}"`));
      }),
  },
  {
    that: 'repeats for ever',
    alongside: true,
    breaks: ['REF-10.count'],
    options: () => ({ policy: { maxReplays: 1_000 } }),
  },
  {
    that: 'answers 200 to a refresh token that nobody knows',
    breaks: ['REF-7'],
    answers: () => {
      const memory = createMemory();
      return async (request, next) => {
        const sent = request.url.endsWith('/refresh') ? await refreshTokenOf(request) : null;
        const response = await memory.learn(await next(request));
        return sent !== null && memory.sidOf(sent) === '' ? restated(response, () => ({}), 200) : response;
      };
    },
  },
  {
    that: 'takes the first of two parameters',
    alongside: true,
    breaks: ['REF-16'],
    answers: () =>
      at(refresh, async (request, next) => {
        if (!/form-urlencoded/.test(request.headers.get('content-type') ?? '')) return next(request);
        const form = await formOf(request);
        return next(withForm(request, new URLSearchParams([...new Map([...form].reverse())])));
      }),
  },
  {
    that: 'serves the grant of passwords',
    alongside: true,
    breaks: ['REF-1.form'],
    answers: () =>
      at(refresh, async (request, next) => {
        const { grant_type: grant, username, password } = Object.fromEntries(await formOf(request));
        if (grant !== 'password') return next(request);
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ username, password });
        return next(new Request(request.url.replace('refresh', 'login'), { method: 'POST', headers, body }));
      }),
  },
  {
    that: 'looks at the client first, and so does not notice a spent token',
    breaks: ['REF-19.spent'],
    answers: () =>
      at(refresh, async (request, next) => {
        const isRefresh = (await refreshTokenOf(request)) !== null;
        const { grant_type: grant, client_id: client } = isRefresh ? Object.fromEntries(await formOf(request)) : {};
        if (grant !== 'refresh_token' || client === 'spa') return next(request);
        return client ? refusal(400, 'invalid_grant', { reason: 'invalid' }) : refusal(400, 'invalid_request');
      }),
  },
  {
    that: 'forgets which client a login named',
    breaks: ['REF-19.login'],
    answers: () =>
      at('POST login', async (request, next) => {
        const text = await request.clone().text();
        return next(new Request(request, { body: text.replace('"client_id"', '"forgotten"') }));
      }),
  },
  {
    that: 'does not look at the client',
    alongside: true,
    breaks: ['REF-1.client'],
    answers: () =>
      at(refresh, async (request, next) =>
        next((await refreshTokenOf(request)) === null ? request : await changedForm(request, { client_id: 'spa' })),
      ),
  },
  {
    that: 'grants whatever scope is asked for',
    alongside: true,
    breaks: ['REF-15'],
    answers: () =>
      at(refresh, async (request, next) =>
        next((await refreshTokenOf(request)) === null ? request : await changedForm(request, { scope: null })),
      ),
  },
  {
    that: 'takes a ticket for a refresh token',
    alongside: true,
    breaks: ['DB-3'],
    answers: () => {
      const memory = createMemory();
      const tokenOf = new Map<string, string>();
      return async (request, next) => {
        const sent = request.url.endsWith('/refresh') ? await refreshTokenOf(request) : null;
        const known = tokenOf.get(sent ?? '');
        const changed = known === undefined ? request : await changedForm(request, { refresh_token: known });
        const response = await memory.learn(await next(changed));
        const { refresh_token: token } = (await response
          .clone()
          .json()
          .catch(() => ({}))) as Record<string, unknown>;
        if (typeof token === 'string') tokenOf.set(await ticketOf(token), token);
        return response;
      };
    },
  },
];
