import { expect, it } from 'vitest';
import type { AuthServerOptions } from '../auth-server.ts';
import type { TokenResponse } from '../sessions/session-tokens.ts';
import { apiOf, bearer, byOwner, direct, outcomeOf, testServer, tokensOf } from '../testing/api.ts';
import { cheapPasswordHasher } from '../users/password-hasher.ts';

function start(options: AuthServerOptions = {}) {
  const { server, clock } = testServer(options);
  const send = direct(server);
  const list = async (token: string) => {
    const answer = await send('auth/sessions', bearer(token));
    return ((await answer.json()) as { sessions: { sid: string }[] }).sessions;
  };
  const end = (sid: string, tokens: TokenResponse) => send(`auth/sessions/${sid}`, byOwner(tokens, 'DELETE'));
  const endAll = (tokens: TokenResponse, query = '') => send(`auth/logout-all${query}`, byOwner(tokens, 'POST'));
  return { server, clock, send, api: apiOf(send), list, end, endAll };
}

it('a user sees the own sessions, the ended ones with the reason, and nobody else’s', async () => {
  const { server, clock, list } = start();
  const old = await server.seedSession('ada', { age: 60_000 });
  const mine = await server.seedSession('ada');
  await server.seedSession('eve');
  await server.sessions.revoke(old.sid, 'suspected_theft');
  const now = Math.floor(clock.now() / 1_000);
  expect(await list(mine.access_token)).toEqual([
    expect.objectContaining({
      sid: old.sid,
      current: false,
      created_at: now - 60,
      revoked_at: now,
      revoke_reason: 'suspected_theft',
    }),
    expect.objectContaining({ sid: mine.sid, current: true, revoked_at: null, expires_at: now + 7_776_000 }),
  ]);
});

it('a user ends one session, again without effect, and none of another user (TST-27)', async () => {
  const { server, api, end } = start();
  const [phone, laptop] = [await server.seedSession('ada'), await server.seedSession('ada')];
  const eve = await server.seedSession('eve');
  expect((await end(phone.sid, laptop)).status).toBe(204);
  expect((await end(phone.sid, laptop)).status).toBe(204);
  expect((await api.me(phone.access_token)).status).toBe(401);
  for (const sid of [eve.sid, 'unknown', '../me']) {
    expect(await outcomeOf(await end(sid, laptop))).toMatchObject([404, { error: 'not_found' }]);
  }
  expect((await api.me(eve.access_token)).status).toBe(200);
});

it('"log out everywhere" ends all sessions of the user, or all but the caller’s', async () => {
  const { server, api, endAll } = start();
  const [one, two] = [await server.seedSession('ada'), await server.seedSession('ada')];
  const eve = await server.seedSession('eve');
  expect((await endAll(two, '?keep_current=true')).status).toBe(204);
  expect((await api.me(one.access_token)).status).toBe(401);
  const three = await tokensOf(await api.refresh(two.refresh_token));
  expect((await endAll(three)).status).toBe(204);
  expect((await api.me(two.access_token)).status).toBe(401);
  expect((await api.me(eve.access_token)).status).toBe(200);
});

it('only who logged in within ten minutes may look at or end sessions', async () => {
  const { server, clock, send, api, end, endAll } = start();
  const tokens = await server.seedSession('ada');
  clock.advance('10m');
  expect((await send('auth/sessions', bearer(tokens.access_token))).status).toBe(200);
  clock.advance('1s');
  const refreshed = await tokensOf(await api.refresh(tokens.refresh_token));
  for (const { access_token } of [tokens, refreshed]) {
    const now = { ...refreshed, access_token };
    for (const answer of [
      await send('auth/sessions', bearer(access_token)),
      await end(tokens.sid, now),
      await endAll(now),
    ]) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe(
        'Bearer realm="latchkey", error="insufficient_user_authentication", max_age=600',
      );
    }
  }
  expect((await api.me(refreshed.access_token)).status).toBe(200);
});

it('a new password ends the sessions that had the old one', async () => {
  const { server, api } = start();
  const [one, kept] = [await server.seedSession('ada'), await server.seedSession('ada')];
  const eve = await server.seedSession('eve');
  await server.users.setPassword('ada', 'a new password', { keepSession: kept.sid });
  expect((await api.me(one.access_token)).status).toBe(401);
  expect((await api.refresh(one.refresh_token)).status).toBe(400);
  expect((await api.me(kept.access_token)).status).toBe(200);
  expect((await api.me(eve.access_token)).status).toBe(200);
  expect((await api.login()).status).toBe(400);
  expect((await api.login({ username: 'ada', password: 'a new password' })).status).toBe(200);
  await expect(server.users.setPassword('ada', 'short')).rejects.toThrow(RangeError);
  await expect(server.users.setPassword('nobody', 'long enough')).rejects.toThrow(RangeError);
});

it('a login that was under way while the password changed starts no session', async () => {
  const hasher = cheapPasswordHasher();
  const { server, api } = start({
    passwordHasher: {
      ...hasher,
      async verify(password, hash) {
        const right = await hasher.verify(password, hash);
        await server.users.setPassword('ada', 'a new password');
        return right;
      },
    },
  });
  expect((await api.login()).status).toBe(400);
  const sessions = await server.sessions.list('ada');
  expect(sessions.map(({ status, revokeReason }) => [status, revokeReason])).toEqual([['revoked', 'password_change']]);
});

it('a disabled user is out at once and stays out until there is a new password', async () => {
  const { server, api } = start();
  const tokens = await server.seedSession('ada');
  await server.users.disable('ada');
  expect((await api.me(tokens.access_token)).status).toBe(401);
  expect((await api.refresh(tokens.refresh_token)).status).toBe(400);
  expect((await api.login()).status).toBe(400);
  await server.users.setPassword('ada', 'a new password');
  expect((await api.login({ username: 'ada', password: 'a new password' })).status).toBe(200);
  await expect(server.users.disable('nobody')).rejects.toThrow(RangeError);
});
