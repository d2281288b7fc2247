import { expect, it } from 'vitest';
import { manualClock } from './clock/clock.ts';
import { day, minute, second } from './clock/duration.ts';
import type { Policy } from './policy.ts';
import { apiOf, direct, outcomeOf, testServer, tokensOf } from './testing/api.ts';

function start(policy: Partial<Policy> = {}) {
  const { server, clock } = testServer({ policy });
  return { server, clock, api: apiOf(direct(server)) };
}

const expired = [400, { error: 'invalid_grant', error_description: expect.any(String), reason: 'expired' }];

it('an access token is good for 20 minutes and not a second more (TST-6)', async () => {
  const { server, clock, api } = start();
  const { access_token } = await server.seedSession('ada');
  clock.advance(20 * minute - second);
  expect((await api.me(access_token)).status).toBe(200);
  clock.advance(second);
  expect((await api.me(access_token)).status).toBe(401);
});

it.each([
  [-second, 200],
  [0, 400],
  [second, 400],
])('a refresh token unused for 7 days %d ms is answered %d', async (offset, status) => {
  const { server, clock, api } = start();
  const { refresh_token } = await server.seedSession('ada');
  clock.advance(7 * day + offset);
  expect((await api.refresh(refresh_token)).status).toBe(status);
});

it('a passed window closes the session for good', async () => {
  const { server, clock, api } = start();
  const { refresh_token, sid } = await server.seedSession('ada');
  clock.advance('7d');
  expect(await outcomeOf(await api.refresh(refresh_token))).toEqual(expired);
  expect(await server.sessions.list()).toMatchObject([{ sid, status: 'revoked', revokeReason: 'expired' }]);
  expect(await outcomeOf(await api.refresh(refresh_token))).toEqual(expired);
  expect(server.securityEvents).toEqual([]);
});

it('a clock that is set back revives no session that a refresh found over (REF-5)', async () => {
  const { server, clock, store, keys } = testServer();
  const now = clock.now();
  const [sleeper, other] = [await server.seedSession('ada'), await server.seedSession('ada')];
  clock.advance('7d');
  expect(await outcomeOf(await apiOf(direct(server)).refresh(sleeper.refresh_token))).toEqual(expired);
  const earlier = testServer({ store, signingKeys: keys, clock: manualClock(now + day) });
  const api = apiOf(direct(earlier.server));
  expect(await outcomeOf(await api.refresh(sleeper.refresh_token))).toEqual(expired);
  expect((await api.refresh(other.refresh_token)).status).toBe(200);
});

it('rotation moves the window and never the three months (TST-6)', async () => {
  const { server, clock, api } = start();
  let tokens = await server.seedSession('ada');
  for (let week = 1; week <= 14; week += 1) {
    clock.advance('6d');
    tokens = await tokensOf(await api.refresh(tokens.refresh_token));
    const left = 90 - week * 6;
    expect(tokens.authorization_expires_in).toBe((left * day) / second);
    expect(tokens.refresh_token_timeout).toBe((Math.min(7, left) * day) / second);
  }
  clock.advance(6 * day - second);
  expect((await api.refresh(tokens.refresh_token)).status).toBe(200);
});

it('three months after login it is over', async () => {
  const { server, clock, api } = start();
  const { refresh_token } = await server.seedSession('ada', { age: 89 * day });
  clock.advance('1d');
  expect(await outcomeOf(await api.refresh(refresh_token))).toEqual(expired);
});

it('no access token outlives its session', async () => {
  const { server, clock, api } = start();
  const first = await server.seedSession('ada', { age: 90 * day - 25 * minute });
  clock.advance('20m');
  const last = await tokensOf(await api.refresh(first.refresh_token));
  expect(last).toMatchObject({ expires_in: 300, refresh_token_timeout: 300, authorization_expires_in: 300 });
  clock.advance(5 * minute - second);
  expect((await api.me(last.access_token)).status).toBe(200);
  clock.advance(second);
  expect((await api.me(last.access_token)).status).toBe(401);
});

it('the window can count from login', async () => {
  const { server, clock, api } = start({ windowFrom: 'login' });
  const first = await server.seedSession('ada');
  clock.advance('6d');
  const second = await tokensOf(await api.refresh(first.refresh_token));
  expect(second.refresh_token_timeout).toBe(day / 1_000);
  clock.advance('1d');
  expect(await outcomeOf(await api.refresh(second.refresh_token))).toEqual(expired);
});

it.each([
  { accessTtl: -1 },
  { accessTtl: '20m' },
  { accessTtl: null },
  { refreshWindow: Number.NaN },
  { refreshTtl: Number.POSITIVE_INFINITY },
  { replayWindow: 601 * second },
  { maxSessions: '3' },
  { windowFrom: 'logout' },
  { dpopNonce: 'no' },
  { logoutRequires: 'both' },
])('the policy %o is refused', (policy) => {
  expect(() => start(policy as Partial<Policy>)).toThrow(RangeError);
});

it('a policy of undefined is the default, and no way around the pair at logout', async () => {
  const nothing = { accessTtl: undefined, dpopReplayWindow: undefined, logoutRequires: undefined };
  const { server, clock, api } = start(nothing as unknown as Partial<Policy>);
  const { sid, access_token, expires_in } = await tokensOf(await api.login());
  expect(expires_in).toBe(1_200);
  clock.advance('1h');
  expect((await api.logout({ sid })).status).toBe(400);
  expect((await api.logout({ access_token })).status).toBe(400);
  expect(await server.sessions.list()).toMatchObject([{ status: 'live' }]);
});

it('a window or a count may be without a limit', async () => {
  const { server, api } = start({
    refreshWindow: Number.POSITIVE_INFINITY,
    maxSessions: Number.POSITIVE_INFINITY,
    refreshesPerMinute: Number.POSITIVE_INFINITY,
  });
  let { refresh_token } = await server.seedSession('ada', { age: 60 * day, idle: 60 * day });
  for (let count = 0; count < 12; count += 1) ({ refresh_token } = await tokensOf(await api.refresh(refresh_token)));
});

it('a session can be seeded whose end has passed', async () => {
  const { server, api } = start();
  const over = await server.seedSession('ada', { age: 91 * day });
  expect(over).toMatchObject({ expires_in: 0, refresh_token_timeout: 0, authorization_expires_in: 0 });
  expect(await outcomeOf(await api.refresh(over.refresh_token))).toEqual(expired);
});

it('a seeded session is as old, as idle and as long-lived as asked', async () => {
  const { server, clock, api } = start();
  const tokens = await server.seedSession('ada', { age: 30 * day, idle: 2 * day, accessTtl: 5_000 });
  expect(tokens).toMatchObject({
    expires_in: 5,
    refresh_token_timeout: (5 * day) / second,
    authorization_expires_in: (60 * day) / second,
  });
  clock.advance('5s');
  expect((await api.me(tokens.access_token)).status).toBe(401);
  await expect(server.seedSession('nobody')).rejects.toThrow(RangeError);
});
