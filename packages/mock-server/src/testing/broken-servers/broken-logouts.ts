import { decodeJwt } from 'jose';
import {
  accepted,
  at,
  type BrokenServer,
  changedForm,
  formOf,
  jsonOf,
  knowing,
  refusal,
  restated,
  usualHeaders,
  withForm,
} from './breaking.ts';

const logout = 'POST logout';

const claimsOf = (token: string | null): Record<string, unknown> => {
  try {
    return decodeJwt(token ?? '');
  } catch {
    return {};
  }
};

const hasExpired = (token: string | null, now: number) => Number(claimsOf(token)['exp']) * 1_000 <= now;

export const brokenLogouts: readonly BrokenServer[] = [
  {
    that: 'asks a logout for a Bearer token',
    breaks: ['LOG-R.pair', 'LOG-N0.unknown', 'LOG-B.access-alone', 'LOG-B.incomplete', 'LOG-2.unknown', 'LOG-2.mixed'],
    answers: () =>
      at(logout, (request, next) =>
        request.headers.has('authorization') ? next(request) : Promise.resolve(refusal(401, 'invalid_token')),
      ),
  },
  {
    that: 'lets the access token decide',
    breaks: [
      ...['LOG-T0.session', 'LOG-T0.user', 'LOG-T1.signature', 'LOG-T1.alg-none'],
      ...['LOG-N0.unknown', 'LOG-B.access-alone', 'LOG-B.incomplete', 'LOG-R.expired'],
    ],
    inTime: true,
    options: () => ({ policy: { logoutRequires: 'bearer' } }),
  },
  {
    that: 'believes any session id',
    breaks: [
      ...['LOG-T0.session', 'LOG-T0.user', 'LOG-T1.signature', 'LOG-T1.alg-none'],
      ...['LOG-N0.unknown', 'LOG-N1', 'LOG-B.access-alone', 'LOG-B.incomplete'],
    ],
    options: () => ({ policy: { logoutRequires: 'nothing' } }),
  },
  {
    that: 'wants a header of its own at logout, when a page sends it',
    alongside: true,
    breaks: ['WIR-9'],
    answers: () =>
      at(logout, async (request, next) => {
        const isRefused = request.headers.has('origin') && !request.headers.has('x-requested-with');
        return next(isRefused ? withForm(request, new URLSearchParams()) : request);
      }),
  },
  {
    that: 'refuses a logout whose access token has expired',
    breaks: ['LOG-R.expired', 'LOG-B.expired', 'LOG-N0.expired'],
    inTime: true,
    answers: () =>
      at(logout, async (request, next, { clock }) => {
        const token = (await formOf(request)).get('access_token');
        return hasExpired(token, clock.now()) ? refusal(401, 'invalid_token') : next(request);
      }),
  },
  {
    that: 'logs out by the access token alone',
    alongside: true,
    breaks: ['LOG-B.access-alone'],
    answers: () =>
      at(logout, async (request, next, server) => {
        const form = await formOf(request);
        const { sid } = claimsOf(form.get('access_token'));
        if (form.has('refresh_token') || typeof sid !== 'string') return next(request);
        await server.sessions.revoke(sid, 'logout');
        return accepted({ status: 'revoked' });
      }),
  },
  {
    that: 'logs out by the access token when nobody knows the refresh token',
    breaks: ['LOG-N0.unknown'],
    answers: () =>
      at(logout, async (request, next, server) => {
        const { sid } = claimsOf((await formOf(request)).get('access_token'));
        const response = await next(request);
        const { reason } = await jsonOf(response);
        if (reason === 'invalid' && typeof sid === 'string') await server.sessions.revoke(sid, 'logout');
        return response;
      }),
  },
  {
    that: 'logs out by an access token alone once it has expired',
    breaks: ['LOG-B.expired'],
    inTime: true,
    answers: () =>
      at(logout, async (request, next, server) => {
        const form = await formOf(request);
        const token = form.get('access_token');
        if (form.has('refresh_token') || !hasExpired(token, server.clock.now())) return next(request);
        await server.sessions.revoke(String(claimsOf(token)['sid']), 'logout');
        return accepted({ status: 'revoked' });
      }),
  },
  {
    that: 'logs out by an expired access token when nobody knows the refresh token',
    breaks: ['LOG-N0.expired'],
    inTime: true,
    answers: () =>
      at(logout, async (request, next, server) => {
        const token = (await formOf(request)).get('access_token');
        const response = await next(request);
        const { reason } = await jsonOf(response);
        const isCaught = reason === 'invalid' && hasExpired(token, server.clock.now());
        if (isCaught) await server.sessions.revoke(String(claimsOf(token)['sid']), 'logout');
        return response;
      }),
  },
  {
    that: 'ends all sessions of a user who logs out of one',
    breaks: ['LOG-R.others', 'LOG-2.others', 'LOG-6.others'],
    answers: () => async (request, next, server) => {
      const living = async () => (await server.sessions.list()).filter(({ revokedAt }) => revokedAt === null);
      const before = /auth\/(logout|revoke)$/.test(request.url) ? await living() : [];
      const response = await next(request);
      const after = new Set((await living()).map(({ sid }) => sid));
      const left = new Set(before.filter(({ sid }) => !after.has(sid)).map(({ username }) => username));
      if (response.status !== 200) return response;
      for (const { sid } of before.filter(({ username }) => left.has(username))) await server.sessions.revoke(sid);
      return response;
    },
  },
  {
    that: 'tells whether the session of an access token lives',
    alongside: true,
    breaks: ['LOG-N0.no-oracle'],
    answers: () =>
      at(logout, async (request, next, server) => {
        const { sid } = claimsOf((await formOf(request)).get('access_token'));
        const response = await next(request);
        const ended = (await server.sessions.list()).some((row) => row.sid === sid && row.revokedAt !== null);
        return ended && response.status === 400
          ? restated(response, () => ({ error_description: 'Ended.' }))
          : response;
      }),
  },
  {
    that: 'does not compare the two tokens of a logout',
    breaks: ['LOG-T0.session', 'LOG-T0.user'],
    answers: () =>
      knowing('/logout', async (memory, request, next) => {
        const form = await formOf(request);
        const own = memory.accessOf(form.get('refresh_token'));
        const { sid } = claimsOf(form.get('access_token'));
        const isMismatch = sid !== undefined && sid !== memory.sidOf(form.get('refresh_token'));
        return next(isMismatch && own !== undefined ? await changedForm(request, { access_token: own }) : request);
      }),
  },
  {
    that: 'ends both sessions when the two tokens do not match',
    alongside: true,
    breaks: ['LOG-T0.session', 'LOG-T0.user'],
    answers: () =>
      at(logout, async (request, next, server) => {
        const { sid } = claimsOf((await formOf(request)).get('access_token'));
        const response = await next(request);
        const { reason } = await jsonOf(response);
        if (reason === 'pair_mismatch' && typeof sid === 'string') await server.sessions.revoke(sid);
        return response;
      }),
  },
  {
    that: 'refuses a mismatch and leaves the leaked session alive',
    breaks: ['LOG-T0.session', 'LOG-T0.user'],
    answers: () =>
      knowing('/logout', async (memory, request, next) => {
        const form = await formOf(request);
        const [mine, other] = [memory.sidOf(form.get('refresh_token')), claimsOf(form.get('access_token'))['sid']];
        return mine !== '' && typeof other === 'string' && mine !== other
          ? refusal(400, 'invalid_grant', { reason: 'pair_mismatch' })
          : next(request);
      }),
  },
  {
    that: 'does not check the signature at logout',
    breaks: ['LOG-T1.signature', 'LOG-T1.alg-none'],
    answers: () =>
      knowing('/logout', async (memory, request, next) => {
        const form = await formOf(request);
        const own = memory.accessOf(form.get('refresh_token'));
        const isOwn = claimsOf(form.get('access_token'))['sid'] === memory.sidOf(form.get('refresh_token'));
        return next(isOwn && own !== undefined ? await changedForm(request, { access_token: own }) : request);
      }),
  },
  {
    that: 'believes an access token that says it needs no signature',
    alongside: true,
    breaks: ['LOG-T1.alg-none'],
    answers: () =>
      knowing('/logout', async (memory, request, next) => {
        const form = await formOf(request);
        const own = memory.accessOf(form.get('refresh_token'));
        const isUnsigned = /\.$/.test(form.get('access_token') ?? '');
        return next(isUnsigned && own !== undefined ? await changedForm(request, { access_token: own }) : request);
      }),
  },
  {
    that: 'refuses a logout that was already done',
    alongside: true,
    breaks: ['LOG-A.again', 'LOG-2.again'],
    answers: () =>
      at(logout, async (request, next) => {
        const response = await next(request);
        const { status } = await jsonOf(response);
        return status === 'already_revoked' ? refusal(400, 'invalid_grant', { reason: 'revoked' }) : response;
      }),
  },
  {
    that: 'ends the session that a ticket nobody knows names',
    alongside: true,
    breaks: ['LOG-2.unknown'],
    answers: () =>
      at(logout, async (request, next, server) => {
        const form = await formOf(request);
        const response = await next(request);
        const isTicket = form.has('logout_ticket') && !form.has('access_token');
        if (isTicket && response.status === 400) await server.sessions.revoke(form.get('sid') ?? '');
        return response;
      }),
  },
  {
    that: 'takes the ticket where there are tokens too',
    alongside: true,
    breaks: ['LOG-2.mixed'],
    answers: () =>
      at(logout, async (request, next) => {
        const isTicket = (await formOf(request)).has('logout_ticket');
        return next(isTicket ? await changedForm(request, { access_token: null, refresh_token: null }) : request);
      }),
  },
  {
    that: 'refuses to revoke what it does not know',
    alongside: true,
    breaks: ['LOG-6.unknown'],
    answers: () =>
      knowing('/revoke', async (memory, request, next) => {
        const token = (await formOf(request)).get('token');
        const isUnknown = token?.startsWith('rt1_') === true && memory.sidOf(token) === '';
        return isUnknown ? refusal(400, 'invalid_grant') : next(request);
      }),
  },
  {
    that: 'ends a session when its access token is revoked',
    alongside: true,
    breaks: ['LOG-6.access'],
    answers: () =>
      at('POST revoke', async (request, next, server) => {
        const { sid } = claimsOf((await formOf(request)).get('token'));
        if (typeof sid !== 'string') return next(request);
        await server.sessions.revoke(sid);
        return new Response(null, { headers: usualHeaders(200) });
      }),
  },
];
