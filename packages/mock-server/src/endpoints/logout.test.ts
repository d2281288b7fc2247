import { expect, it } from 'vitest';
import type { AuthServer } from '../auth-server.ts';
import { day } from '../clock/duration.ts';
import type { Policy } from '../policy.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { SessionStore } from '../store/session-store.ts';
import { ada, apiOf, direct, formPost, outcomeOf, pairOf, someKey, testServer, tokensOf } from '../testing/api.ts';
import { hashOf, ticketOf } from '../tokens/refresh-token.ts';

function start(policy: Partial<Policy> = {}) {
  const { server, clock, store } = testServer({ policy });
  const send = direct(server);
  return { server, clock, store, send, api: apiOf(send) };
}

const unknownToken = `rt1_${'x'.repeat(43)}`;
const invalid = [400, { error: 'invalid_grant', reason: 'invalid' }];
const revoked = [200, { status: 'revoked' }];

it('a stolen access token, expired or not, ends nothing whatever it is sent with (TST-2)', async () => {
  for (const accessTtl of [20 * 60_000, -1]) {
    const { server, api, store } = start();
    const victim = await server.seedSession('ada', { accessTtl });
    const eve = await server.seedSession('eve');
    const guesses = [
      undefined,
      unknownToken,
      `rt1_${victim.sid}`.padEnd(47, 'x'),
      await hashOf(victim.refresh_token),
      await ticketOf(eve.refresh_token),
      'x',
    ];
    const before = await store.list();
    for (const refresh_token of guesses) {
      const fields = { access_token: victim.access_token, ...(refresh_token && { refresh_token }) };
      expect((await api.logout(fields)).status).toBe(400);
    }
    expect(await store.list()).toEqual(before);
    expect((await api.refresh(victim.refresh_token)).status).toBe(200);
  }
});

it('an unknown refresh token is answered with the same bytes whether the session of the access token lives or not (TST-3)', async () => {
  const { server, api } = start();
  const live = await server.seedSession('ada');
  const ended = await server.seedSession('ada');
  await server.sessions.revoke(ended.sid);
  const purged = await server.seedSession('ada', { age: 100 * day });
  await server.sessions.purge();
  const answers = [];
  for (const { access_token } of [live, ended, purged]) {
    const answer = await api.logout({ access_token, refresh_token: unknownToken });
    answers.push(JSON.stringify([answer.status, [...answer.headers], await answer.text()]));
  }
  expect(new Set(answers).size).toBe(1);
  expect(JSON.parse(answers[0] ?? '')[0]).toBe(400);
});

/** Logs out from an address. */
const logoutFrom = (server: AuthServer, clientIp: string, fields: Record<string, string>) =>
  server.fetch(new Request('https://api.example/auth/logout', formPost(fields)), { clientIp });

it('whoever guesses with a stolen access token waits, and its owner can still leave (LOG-1)', async () => {
  const { server } = start();
  const victim = await server.seedSession('ada');
  const stolen = { access_token: victim.access_token, refresh_token: unknownToken };
  for (let guess = 0; guess < 30; guess += 1) {
    expect((await logoutFrom(server, '192.0.2.66', stolen)).status).toBe(400);
  }
  const limited = await logoutFrom(server, '192.0.2.66', stolen);
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await outcomeOf(await logoutFrom(server, '192.0.2.7', pairOf(victim)))).toEqual(revoked);
});

it('an address that has to wait still logs out, and an incomplete logout costs no attempt (LOG-1)', async () => {
  const inner = memoryStore();
  let decisions = 0;
  const store: SessionStore = {
    ...inner,
    decide: (lookup, rule) => {
      decisions += 1;
      return inner.decide(lookup, rule);
    },
  };
  const { server } = testServer({ store });
  const tokens = await server.seedSession('ada');
  for (let time = 0; time < 100; time += 1) {
    expect((await logoutFrom(server, '192.0.2.1', { access_token: tokens.access_token })).status).toBe(400);
  }
  expect(decisions).toBe(0);
  const junk = { logout_ticket: 'x'.repeat(43), sid: tokens.sid };
  for (let guess = 0; guess < 30; guess += 1) await logoutFrom(server, '192.0.2.1', junk);
  expect(decisions).toBe(30);
  expect((await logoutFrom(server, '192.0.2.1', junk)).status).toBe(429);
  expect((await logoutFrom(server, '192.0.2.1', pairOf(tokens))).status).toBe(200);
  expect(decisions).toBe(32);
});

it('a ticket ends the session whose refresh token it was made of, any generation, once', async () => {
  const { server, api } = start();
  const first = await server.seedSession('ada');
  const ticket = await ticketOf(first.refresh_token);
  const second = await tokensOf(await api.refresh(first.refresh_token, someKey(1)));
  expect(await outcomeOf(await api.logout({ logout_ticket: ticket, sid: first.sid }))).toEqual(revoked);
  expect((await api.refresh(second.refresh_token)).status).toBe(400);
  expect((await api.me(second.access_token)).status).toBe(401);
  expect(await outcomeOf(await api.logout({ logout_ticket: ticket, sid: first.sid }))).toEqual([
    200,
    { status: 'already_revoked' },
  ]);
});

it.each([
  ['current', 'logout'],
  ['rotated', 'logout_stale'],
  ['expired', 'logout_expired'],
] as const)('a ticket of a %s token ends it as %s', async (state, reason) => {
  const { server, clock, api } = start();
  const tokens = await server.seedSession('ada');
  if (state === 'rotated') await api.refresh(tokens.refresh_token);
  if (state === 'expired') clock.advance('8d');
  const ticket = await ticketOf(tokens.refresh_token);
  expect(await outcomeOf(await api.logout({ logout_ticket: ticket, sid: tokens.sid }))).toEqual(revoked);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: reason }]);
});

it('a ticket is good for that session only, alone only, and never for a refresh', async () => {
  const { server, api, store } = start();
  const tokens = await server.seedSession('ada');
  const other = await server.seedSession('ada');
  const ticket = await ticketOf(tokens.refresh_token);
  const before = await store.list();
  expect(await outcomeOf(await api.logout({ logout_ticket: ticket, sid: other.sid }))).toEqual(invalid);
  expect(await outcomeOf(await api.logout({ logout_ticket: 'x'.repeat(43), sid: tokens.sid }))).toEqual(invalid);
  expect(await outcomeOf(await api.logout({ logout_ticket: 'short', sid: tokens.sid }))).toEqual(invalid);
  expect((await api.refresh(ticket)).status).toBe(400);
  expect((await api.refresh(`rt1_${ticket}`)).status).toBe(400);
  expect(await store.list()).toEqual(before);
});

it('a ticket comes with its sid and with no token, or it is malformed (LOG-2)', async () => {
  const { server, api, store } = start();
  const { sid, access_token, refresh_token } = await server.seedSession('ada');
  const logout_ticket = await ticketOf(refresh_token);
  const before = await store.list();
  for (const fields of [
    { logout_ticket },
    { logout_ticket, sid: '' },
    { logout_ticket, sid, access_token },
    { logout_ticket, sid, refresh_token },
    { logout_ticket, sid, access_token, refresh_token },
    { sid },
  ]) {
    expect(await outcomeOf(await api.logout(fields))).toEqual([400, { error: 'invalid_request' }]);
  }
  expect(await store.list()).toEqual(before);
});

it('a login with the ticket of an old session ends that one', async () => {
  const { server, api } = start();
  const old = await server.seedSession('ada');
  const logout_ticket = await ticketOf(old.refresh_token);
  await tokensOf(await api.login({ username: ada.username, password: ada.password, logout_ticket }));
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'login' }, { status: 'live' }]);
});

it('theft is noted for the owner of the refresh token, a plain logout is not', async () => {
  const { server, api } = start();
  const leaked = await server.seedSession('ada');
  const eve = await server.seedSession('eve');
  await api.logout({ access_token: eve.access_token, refresh_token: leaked.refresh_token });
  await api.logout(pairOf(eve));
  expect(server.securityEvents).toMatchObject([{ type: 'pair_mismatch', sid: leaked.sid, username: 'ada' }]);
});

it('revoke ends a session by its refresh token in any state and always answers alike', async () => {
  const { server, send, api } = start();
  const first = await server.seedSession('ada');
  const second = await tokensOf(await api.refresh(first.refresh_token));
  for (const token of [first.refresh_token, second.refresh_token, unknownToken, 'nonsense']) {
    const answer = await send('auth/revoke', formPost({ token, token_type_hint: 'refresh_token', client_id: 'spa' }));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  }
  expect((await api.refresh(second.refresh_token)).status).toBe(400);
  const access = await send('auth/revoke', formPost({ token: second.access_token }));
  expect(await outcomeOf(access)).toMatchObject([400, { error: 'unsupported_token_type' }]);
  expect(await outcomeOf(await send('auth/revoke', formPost({})))).toMatchObject([400, { error: 'invalid_request' }]);
});

it('where logout wants a valid access token, who comes back late cannot leave', async () => {
  const { server, clock, send, api } = start({ logoutRequires: 'bearer' });
  const tokens = await server.seedSession('ada');
  clock.advance('8d');
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  expect((await send('auth/logout', formPost({}, headers))).status).toBe(401);
  expect((await api.logout(pairOf(tokens))).status).toBe(401);
  expect((await api.refresh(tokens.refresh_token)).status).toBe(400);
  const again = await tokensOf(await api.login());
  expect(
    await outcomeOf(await send('auth/logout', formPost({}, { authorization: `Bearer ${again.access_token}` }))),
  ).toEqual(revoked);
});

it('where logout wants nothing, a stranger logs a user out', async () => {
  const { server, api } = start({ logoutRequires: 'nothing' });
  const victim = await server.seedSession('ada');
  expect(await outcomeOf(await api.logout({ sid: victim.sid }))).toEqual(revoked);
  expect((await api.me(victim.access_token)).status).toBe(401);
});
