import { expect, it } from 'vitest';
import { manualClock } from '../clock/clock.ts';
import { apiOf, direct, outcomeOf, pairOf, someKey, testServer, tokensOf } from '../testing/api.ts';
import { ticketOf } from '../tokens/refresh-token.ts';

function start() {
  const { server, clock, store } = testServer();
  const successors = async () => (await store.list()).flatMap(({ tokens }) => tokens.map(({ successor }) => successor));
  return { server, clock, store, api: apiOf(direct(server)), successors };
}

/** A session that was refreshed twice, with everything secret that was ever on the wire. */
async function livedIn() {
  const world = start();
  const first = await tokensOf(await world.api.login());
  const second = await tokensOf(await world.api.refresh(first.refresh_token, someKey('one')));
  const third = await tokensOf(await world.api.refresh(second.refresh_token, someKey('two')));
  const tickets = await Promise.all([first, second, third].map(({ refresh_token }) => ticketOf(refresh_token)));
  const secrets = [
    'correct horse',
    someKey('one'),
    someKey('two'),
    ...tickets,
    ...[first, second, third].flatMap(({ access_token, refresh_token }) => [
      access_token,
      refresh_token,
      refresh_token.slice(4),
    ]),
  ];
  return { ...world, third, secrets };
}

it('the database holds no token, ticket, key or password (TST-11)', async () => {
  const { store, secrets } = await livedIn();
  const dump = JSON.stringify(await store.list());
  expect(dump.length).toBeGreaterThan(500);
  for (const secret of secrets) expect(dump).not.toContain(secret);
});

it('the logs hold no token, ticket, key or password', async () => {
  const { server, api, third, secrets } = await livedIn();
  await api.me(third.access_token);
  await api.logout({ ...pairOf(third), access_token: `${third.access_token}x` });
  const logs = JSON.stringify([server.requests, server.securityEvents]);
  expect(server.requests.at(-1)).toMatchObject({
    accessToken: { fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) },
    refreshToken: expect.stringMatching(/^[0-9a-f]{8}$/),
  });
  for (const secret of secrets) expect(logs).not.toContain(secret);
});

it('nothing in the database is accepted as a refresh token or a ticket (TST-12)', async () => {
  const { store, api, third } = await livedIn();
  const rows = (await store.list()).flatMap(({ family, tokens }) => [family, ...tokens]);
  const values = new Set(rows.flatMap((row) => Object.values(row)).map(String));
  const before = await store.list();
  expect(values.size).toBeGreaterThan(15);
  for (const value of values) {
    for (const credential of [value, `rt1_${value}`]) {
      expect((await api.refresh(credential)).status).toBe(400);
      expect((await api.logout({ logout_ticket: credential, sid: third.sid })).status).toBe(400);
    }
  }
  expect(await store.list()).toEqual(before);
});

it('a successor is erased when it is used', async () => {
  const { server, api, successors } = start();
  const first = await server.seedSession('ada');
  const second = await tokensOf(await api.refresh(first.refresh_token, someKey(1)));
  expect(await successors()).toEqual([expect.any(String), null]);
  await api.refresh(second.refresh_token, someKey(2));
  expect(await successors()).toEqual([null, expect.any(String), null]);
});

it.each(['logout', 'reuse', 'revocation'])('a successor is erased by %s', async (end) => {
  const { server, api, successors } = start();
  const first = await server.seedSession('ada');
  const second = await tokensOf(await api.refresh(first.refresh_token, someKey(1)));
  if (end === 'logout') expect((await outcomeOf(await api.logout(pairOf(second))))[0]).toBe(200);
  if (end === 'reuse') await api.refresh(first.refresh_token, someKey(2));
  if (end === 'revocation') await server.sessions.revoke(first.sid);
  expect(await successors()).toEqual([null, null]);
});

it('a successor is erased when nobody may ask for it any more', async () => {
  const { server, clock, api, successors } = start();
  const first = await server.seedSession('ada');
  await api.refresh(first.refresh_token, someKey(1));
  clock.advance('2m');
  expect(await successors()).toEqual([expect.any(String), null]);
  clock.advance('1s');
  await Promise.resolve();
  expect(await successors()).toEqual([null, null]);
});

it('a purge erases the successors that a restart left behind', async () => {
  const { server, clock, store, successors, api } = start();
  const first = await server.seedSession('ada');
  await api.refresh(first.refresh_token, someKey(1));
  const later = testServer({ store, clock: manualClock(clock.now()) });
  later.clock.advance('90s');
  await later.server.sessions.purge();
  expect(await successors()).toEqual([expect.any(String), null]);
  later.clock.advance('31s');
  await later.server.sessions.purge();
  expect(await successors()).toEqual([null, null]);
});
