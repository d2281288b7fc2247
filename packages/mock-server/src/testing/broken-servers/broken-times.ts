import { runningClock } from '../../clock/clock.ts';
import type { Family, Found } from '../../store/session-store.ts';
import { ada, eve } from '../api.ts';
import { at, type BrokenServer, formOf, jsonOf, knowing, refusal, restated, storeThat } from './breaking.ts';

const day = 86_400_000;
const week = 604_800;

/** Another family, both where it is written and where it is answered from. */
const withFamily =
  (
    isMeant: (type: unknown) => boolean,
    members: (family: Family) => Partial<Family>,
  ): Parameters<typeof storeThat>[0] =>
  (decision) => {
    if (!isMeant(decision.result?.['type'])) return decision;
    const before = decision.result['family'] as Family;
    const family = { ...before, ...members(before) };
    return { result: { ...decision.result, family }, write: { tokens: [], ...decision.write, family } };
  };

export const brokenTimes: readonly BrokenServer[] = [
  {
    that: 'takes an access token that has expired',
    alongside: true,
    breaks: ['TOK-3.access'],
    inTime: true,
    answers: () => {
      const good = new Map<string, Response>();
      return at('GET me', async (request, next, server) => {
        const token = request.headers.get('authorization') ?? '';
        const response = await next(request);
        if (response.status === 200) good.set(token, response.clone());
        const known = good.get(token);
        const { sid } = known === undefined ? {} : await jsonOf(known);
        const lives = (await server.sessions.list()).some((row) => row.sid === sid && row.revokedAt === null);
        return lives && known !== undefined ? known.clone() : response;
      });
    },
  },
  {
    that: 'names another lifetime than its access tokens have',
    breaks: ['TOK-3.exp', 'TOK-3.access'],
    inTime: true,
    answers: () => async (request, next) =>
      restated(await next(request), ({ expires_in: left }) =>
        typeof left === 'number' ? { expires_in: Math.max(0, left - 100) } : {},
      ),
  },
  {
    that: 'has access tokens for an hour',
    alongside: true,
    breaks: ['TOK-3.lifetimes'],
    options: () => ({ policy: { accessTtl: 3_600_000 } }),
  },
  {
    that: 'puts mail addresses into access tokens',
    alongside: true,
    breaks: ['TOK-2.privacy'],
    options: () => ({ users: [{ ...ada, claims: { email: 'ada@example.com' } }, eve] }),
  },
  {
    that: 'announces the week and does not end it',
    breaks: ['REF-5.week'],
    inTime: true,
    options: () => {
      const clock = runningClock();
      const unused = (found: Found): Found => ({ ...found, family: { ...found.family, lastRotatedAt: clock.now() } });
      const sees = (found: Found | null) => (found?.token.status === 'current' ? unused(found) : found);
      return { clock, store: storeThat((decision) => decision, sees) };
    },
  },
  {
    that: 'ends the session a day early',
    breaks: ['REF-5.inside'],
    inTime: true,
    options: () => ({ policy: { refreshWindow: 6 * day } }),
    answers: () => async (request, next) =>
      restated(await next(request), ({ refresh_token_timeout: left }) =>
        left === 6 * 86_400 ? { refresh_token_timeout: week } : {},
      ),
  },
  {
    that: 'counts the week from the login',
    breaks: ['REF-5.sliding'],
    inTime: true,
    options: () => ({ policy: { windowFrom: 'login' } }),
  },
  {
    that: 'begins the three months anew with each refresh',
    breaks: ['REF-4'],
    inTime: true,
    options: () => ({
      store: storeThat(
        withFamily(
          (type) => type === 'rotated',
          ({ lastRotatedAt }) => ({ absoluteExpiresAt: lastRotatedAt + 90 * day }),
        ),
      ),
    }),
  },
  {
    that: 'announces the three months and does not end them',
    breaks: ['REF-5.end'],
    inTime: true,
    options: () => ({ policy: { refreshTtl: 180 * day } }),
    answers: () => async (request, next) =>
      restated(await next(request), ({ authorization_expires_in: left }) =>
        typeof left === 'number' ? { authorization_expires_in: Math.max(0, left - 90 * 86_400) } : {},
      ),
  },
  {
    that: 'repeats a refresh days later',
    breaks: ['REF-12'],
    inTime: true,
    options: () => {
      const store = storeThat(
        (decision) => decision,
        (found) =>
          found?.token.rotatedAt ? { ...found, token: { ...found.token, rotatedAt: Number.MAX_SAFE_INTEGER } } : found,
      );
      return { store: { ...store, eraseSuccessors: async () => 0 } };
    },
  },
  {
    that: 'begins the week anew with a repeat',
    breaks: ['REF-11.week'],
    inTime: true,
    options: () => ({
      store: storeThat(
        withFamily(
          (type) => type === 'replayed',
          ({ lastRotatedAt }) => ({ lastRotatedAt: lastRotatedAt + 60_000 }),
        ),
      ),
    }),
  },
  {
    that: 'refuses to log out of a session that has lapsed',
    alongside: true,
    breaks: ['LOG-RX.lapsed'],
    inTime: true,
    answers: () =>
      knowing('/logout', async (memory, request, next, server) => {
        const sid = memory.sidOf((await formOf(request)).get('refresh_token'));
        const row = (await server.sessions.list()).find((candidate) => candidate.sid === sid);
        return row?.status === 'lapsed' ? refusal(400, 'invalid_grant', { reason: 'expired' }) : next(request);
      }),
  },
  {
    that: 'lists sessions long after the login',
    alongside: true,
    breaks: ['LOG-9.recent'],
    inTime: true,
    options: () => ({ policy: { reauthenticateAfter: day } }),
  },
];

export const brokenDiscoveries: readonly BrokenServer[] = [
  {
    that: 'publishes its private key',
    alongside: true,
    breaks: ['TOK-14.public'],
    answers: () =>
      at('GET jwks', async (request, next) =>
        restated(await next(request), ({ keys }) => ({
          keys: (keys as object[]).map((key) => ({ ...key, d: 'AAAA' })),
        })),
      ),
  },
  {
    that: 'signs with a key that it does not publish',
    breaks: ['TOK-14.verifies'],
    answers: () =>
      at('GET jwks', async (request, next) =>
        restated(await next(request), ({ keys }) => ({
          keys: (keys as object[]).map((key) => ({ ...key, kid: 'another' })),
        })),
      ),
  },
  {
    that: 'names another issuer',
    alongside: true,
    breaks: ['TOK-14.issuer'],
    answers: () =>
      at('GET .well-known/oauth-authorization-server', async (request, next) =>
        restated(await next(request), () => ({ issuer: 'https://elsewhere.example' })),
      ),
  },
  {
    that: 'shows the sessions of everybody',
    alongside: true,
    breaks: ['LOG-9.private'],
    answers: () =>
      at('GET sessions', async (request, next, server) => {
        const others = (await server.sessions.list(eve.username)).map(({ sid }) => ({ sid, current: false }));
        return restated(await next(request), ({ sessions }) => ({
          sessions: [...((sessions as object[]) ?? []), ...others],
        }));
      }),
  },
  {
    that: 'forgets to mark the current session',
    breaks: ['LOG-9.list'],
    answers: () =>
      at('GET sessions', async (request, next) =>
        restated(await next(request), ({ sessions }) => ({
          sessions: ((sessions as object[]) ?? []).map((row) => ({ ...row, current: false })),
        })),
      ),
  },
];
