import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, signedIn } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };
const bob = { username: 'bob', password: 'bob-password' };

it('a logout while a login is under way wins: nobody is signed in, and what the server began is ended (R2)', async () => {
  const scene = createScene();
  const { client, heard } = scene.open();
  scene.server.faults.next('login', { delay: 1000, after: 'commit' });
  const login = expect(client.login(ada)).rejects.toMatchObject({ name: 'SessionChangedError' });
  await vi.waitFor(async () => expect(await scene.server.sessions.list('ada')).toHaveLength(1));
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'already-revoked' });
  scene.server.clock.advance(1000);
  await login;
  await vi.waitFor(async () => expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull());
  expect(client.session.status).toBe('signed-out');
  expect(heard).not.toContain('signed-in');
  await vi.waitFor(() => expect(scene.profile.stored.size).toBe(0));
});

it('of two logins at once the later one counts, and the other session is ended (X1)', async () => {
  const scene = createScene();
  const { client } = scene.open();
  scene.server.faults.next('login', { delay: 1000, after: 'commit' });
  const first = expect(client.login(ada)).rejects.toMatchObject({ name: 'SessionChangedError' });
  await vi.waitFor(async () => expect(await scene.server.sessions.list('ada')).toHaveLength(1));
  await client.login(bob);
  scene.server.clock.advance(1000);
  await first;
  expect(await (await client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
  await vi.waitFor(async () => expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull());
  expect((await scene.server.sessions.list('bob'))[0]?.revokedAt).toBeNull();
});

it('a login while a refresh is under way: who waited is told, and the pair that comes is ended, not stored (X1, R2)', async () => {
  const scene = createScene();
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  const waiting = [
    client.fetch('echo', { method: 'DELETE' }),
    client.api.delete('echo'),
    client.refresh(),
    client.getAccessToken(),
  ];
  const told = Promise.allSettled(waiting);
  await vi.waitFor(async () => expect((await scene.server.sessions.list('ada'))[0]?.generation).toBe(2));
  await client.login(bob);
  const record = scene.stored();
  scene.server.clock.advance(1000);
  for (const result of await told) expect(result).toMatchObject({ reason: { name: 'SessionChangedError' } });
  await atRest(scene);
  expect(scene.stored()).toEqual(record);
  expect(scene.count('echo')).toBe(0);
  await vi.waitFor(async () => expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull());
});

it('refresh, getAccessToken and requests right after a logout know that nobody is signed in (R2)', async () => {
  const { client, count, server } = await signedIn();
  server.clock.advance('20m');
  const leaving = client.logout();
  await expect(client.refresh()).rejects.toMatchObject({ name: 'NotSignedInError' });
  await expect(client.refresh({ force: true })).rejects.toMatchObject({ name: 'NotSignedInError' });
  await expect(client.getAccessToken()).rejects.toMatchObject({ name: 'NotSignedInError' });
  expect((await client.fetch('me')).status).toBe(401);
  await leaving;
  expect(count('refresh')).toBe(0);
});

it('tokens handed over in place of a lapsed session end it on the server, and the tab is signed in', async () => {
  const scene = createScene();
  const [tab, other] = [scene.open(), scene.open()];
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.clock.advance('8d');
  expect(tab.client.session.status).toBe('lapsed');
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  expect(tab.client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
  await vi.waitFor(() => expect(other.client.session.status).toBe('signed-in'));
  await vi.waitFor(async () => {
    const [old, fresh] = await scene.server.sessions.list('ada');
    expect([old?.revokedAt === null, fresh?.revokedAt === null]).toEqual([false, true]);
  });
  expect((await other.client.fetch('me')).status).toBe(200);
});

it('a force refresh while another tab refreshes gets a pair that began after the call, with the new claims (F7)', async () => {
  const users = [{ username: 'ada', password: 'ada-password', claims: { role: 'guest' } }];
  const scene = createScene({ users });
  const [a, b] = [scene.open(), scene.open()];
  a.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.faults.next('refresh', { delay: 500, after: 'commit' });
  const early = b.client.refresh();
  await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
  const forced = a.client.refresh({ force: true });
  const joined = a.client.refresh();
  scene.server.clock.advance(500);
  await live(scene, 500, 20);
  await Promise.all([early, forced, joined]);
  expect(scene.count('refresh')).toBe(2);
  expect((await scene.server.sessions.list())[0]?.generation).toBe(3);
});

it('calls with force that come during a force refresh do not join it, and share the next (F7)', async () => {
  const scene = await signedIn();
  const { server, client, count } = scene;
  server.faults.next('refresh', { delay: 500, after: 'commit' });
  const first = client.refresh({ force: true });
  await vi.waitFor(async () => expect((await server.sessions.list())[0]?.generation).toBe(2));
  const later = [client.refresh({ force: true }), client.refresh({ force: true }), client.refresh({ force: true })];
  server.clock.advance(500);
  await live(scene, 500, 20);
  await Promise.all([first, ...later]);
  expect(count('refresh')).toBe(2);
});

it('five force refreshes in as many tabs each bring a pair, one after the other, and no token is spent twice (F7, M1)', async () => {
  const scene = createScene({ policy: { replayWindow: 0 } });
  const tabs = Array.from({ length: 5 }, () => scene.open());
  tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  const all = Promise.all(tabs.map(({ client }) => client.refresh({ force: true })));
  await live(scene, 2000, 20);
  await all;
  expect(scene.count('refresh')).toBe(5);
  expect((await scene.server.sessions.list())[0]?.revokedAt).toBeNull();
});

it('after a refresh that was never answered the next call starts another, and a late answer of a session that is over is not stored (N7)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 60_000, after: 'commit' });
  const calls = Promise.allSettled([
    client.fetch('me'),
    client.api.get('me'),
    client.getAccessToken(),
    client.refresh(),
  ]);
  await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
  await live(scene, 15_000, 1000);
  for (const result of await calls) {
    expect(result).toMatchObject({
      reason: { name: 'RefreshUnavailableError', retryable: true, cause: expect.any(Error) },
    });
  }
  await atRest(scene);
  expect(scene.profile.heldLocks).toEqual([]);
  await live(scene, 2000, 100);
  expect((await client.fetch('me')).status).toBe(200);
  expect(scene.count('refresh')).toBe(2);
  await client.logout();
  await client.login(bob);
  const record = scene.stored();
  await live(scene, 60_000, 1000);
  expect(scene.stored()).toEqual(record);
  expect((await scene.server.sessions.list('bob'))[0]?.revokedAt).toBeNull();
});

it('a forced refresh that waited for another one is judged by what that one brought, also in the last moments of the week (R1, T1)', async () => {
  const { client, ...scene } = await signedIn({ clock: manualClock() });
  const { clock, faults } = scene.server;
  clock.advance('6d 23h 59m 59s');
  clock.advance(500);
  faults.next('refresh', { delay: 1000, after: 'commit' });
  const both = Promise.all([client.refresh(), client.refresh({ force: true })]);
  await live(scene, 2000, 100);
  expect((await both).map(({ status }) => status)).toEqual(['signed-in', 'signed-in']);
  expect(scene.count('refresh')).toBe(2);
});

it('a forced refresh of a new session does not wait for a refresh of the one before that is never answered (N7)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client } = scene.open({ lockTimeout: 2000 });
  await client.login(ada);
  scene.server.faults.next('refresh', { never: true });
  const hung = client.refresh({ force: true }).catch(({ name }: Error) => name);
  await atRest(scene);
  await client.login(bob);
  let isDone = false;
  const forced = client.refresh({ force: true }).finally(() => {
    isDone = true;
  });
  await live(scene, 4000, 250);
  expect(isDone).toBe(true);
  expect(await forced).toMatchObject({ claims: { sub: 'bob' } });
  await live(scene, 15_000, 500);
  expect(await hung).toBe('SessionChangedError');
});
