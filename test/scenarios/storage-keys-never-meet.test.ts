// Kind: two clients that were given different names write under the same one.
import 'fake-indexeddb/auto';
import { createAuthClient } from '@latchkey/client';
import { cheapPasswordHasher, createAuthServer, manualClock, platformOf } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { fetchFrom } from '../support/open-tab.ts';
import { atRest, baseUrl, createScene, live, users } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };
const bob = { username: 'bob', password: 'bob-password' };

const pairs: [string, string][] = [
  ['latchkey', 'latchkey:outbox'],
  ['latchkey', 'latchkey:refresh'],
  ['latchkey', 'latchkey:session'],
  ['latchkey', 'latchkey:api'],
  ['latchkey', 'latchkey:outbox:session'],
  ['latchkey:outbox', 'latchkey:outbox:session'],
  ['latchkey:outbox', 'latchkey:outbox:outbox'],
  ['a', 'a:b'],
  ['a:b', 'a:b:refresh'],
  ['a', `a:${encodeURIComponent('api.test/ spa')}:api`],
  ['a:', 'a::outbox'],
  [':outbox', ':refresh'],
  [' ', '  '],
  ['__proto__', '__proto__:outbox'],
  ['constructor', 'toString'],
];

it.each(pairs)(
  'clients named %j and %j share a store and disturb each other in nothing (OX15)',
  async (first, second) => {
    const scene = createScene({ clock: manualClock() });
    const [one, two] = [scene.open({ storageKey: first }), scene.open({ storageKey: second })];
    const who = () =>
      [one, two].map(({ client }) => client.session.status === 'signed-in' && client.session.claims?.sub);
    await one.client.login(ada);
    await two.client.login(bob);
    await live(scene, 2_000, 500);
    expect(who()).toEqual(['ada', 'bob']);
    // Refreshes that fail leave notes, and logouts that are not delivered wait.
    for (const tab of [one, two]) {
      scene.server.clock.advance('20m');
      scene.server.faults.next('refresh', { status: 503 });
      await tab.client.refresh().catch(() => {});
      await atRest(scene);
      expect(who()).toEqual(['ada', 'bob']);
    }
    await live(scene, 60_000, 5_000);
    expect(await Promise.all([one, two].map(async ({ client }) => (await client.fetch('me')).status))).toEqual([
      200, 200,
    ]);
    scene.server.faults.next('logout', { networkError: true });
    expect((await one.client.logout()).server).toBe('pending');
    await atRest(scene);
    expect(who()).toEqual([false, 'bob']);
    await one.client.login(ada);
    scene.server.faults.next('logout', { networkError: true });
    expect((await two.client.logout()).server).toBe('pending');
    await live(scene, 120_000, 5_000);
    expect(who()).toEqual(['ada', false]);
    expect((await scene.server.sessions.list('bob')).every(({ revokedAt }) => revokedAt !== null)).toBe(true);
    await one.client.logout();
    await live(scene, 1_000, 500);
    expect(scene.profile.stored.size).toBe(0);
  },
);

it.each(['latchkey', 'my:app', 'latchkey:outbox', 'app:refresh', 'app:session', 'app:api'])(
  'a session that the version before stored under %j is found, and its user stays signed in (OX15)',
  async (storageKey) => {
    const scene = createScene({ clock: manualClock() });
    const first = scene.open({ storageKey });
    await first.client.login(ada);
    await atRest(scene);
    first.kill();
    const record = [...scene.profile.stored.values()].find((value) => value.includes('refreshToken')) ?? '{}';
    const { api: _, ...old } = JSON.parse(record);
    scene.profile.stored.clear();
    scene.profile.stored.set(storageKey, JSON.stringify(old));
    const { client } = scene.open({ storageKey });
    expect(client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
    scene.server.clock.advance('20m');
    expect((await client.fetch('me')).status).toBe(200);
    await client.logout();
    await live(scene, 1_000, 500);
    expect(scene.profile.stored.size).toBe(0);
  },
);

it('what another client noted under a name is not taken for a session of that name (OX15)', async () => {
  const scene = createScene({ clock: manualClock() });
  const one = scene.open();
  await one.client.login(ada);
  scene.server.faults.next('logout', { networkError: true });
  await one.client.logout();
  const before = scene.profile.stored.get('latchkey:outbox');
  expect(before).toBeDefined();
  const two = scene.open({ storageKey: 'latchkey:outbox' });
  expect(two.client.session.status).toBe('signed-out');
  await two.client.login(bob);
  expect(scene.profile.stored.get('latchkey:outbox')).toBe(before);
  await two.client.logout();
  expect(scene.profile.stored.get('latchkey:outbox')).toBe(before);
});

it('the keys in the browser do not meet either: each client asks again with the key of its own session (OX15)', async () => {
  const server = createAuthServer({ users, passwordHasher: cheapPasswordHasher() });
  const open = (storageKey: string) =>
    createAuthClient({ baseUrl, storageKey, platform: platformOf(server.clock), fetch: fetchFrom(server) });
  const clients = ['latchkey', 'latchkey:outbox', 'latchkey:refresh', 'latchkey:api'].map(open);
  for (const client of clients) await client.login(ada);
  for (const client of clients) {
    server.faults.next('refresh', { loseResponse: true });
    await client.refresh({ force: true });
  }
  const keys = server.requests.flatMap(({ endpoint, idempotencyKey }) =>
    endpoint === 'refresh' ? [idempotencyKey] : [],
  );
  expect(keys).toHaveLength(8);
  expect(new Set(keys).size).toBe(4);
  expect(keys).not.toContain(null);
  for (const client of clients) {
    await client.logout();
    client.dispose();
  }
});
