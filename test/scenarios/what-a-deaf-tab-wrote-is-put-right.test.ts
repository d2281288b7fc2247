import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene } from '../support/scene.ts';

/** A tab that has not seen yet what others did: its own view of storage, until it is told. */
const deafTab = (scene: ReturnType<typeof createScene>) => {
  const { options } = scene.profile.openTab({ channels: false });
  const view = new Map(scene.profile.stored);
  let isDeaf = true;
  const storage = {
    getItem: (key: string) => (isDeaf ? (view.get(key) ?? null) : options.storage.getItem(key)),
    setItem(key: string, value: string) {
      view.set(key, value);
      options.storage.setItem(key, value);
    },
    removeItem(key: string) {
      view.delete(key);
      options.storage.removeItem(key);
    },
  };
  const tab = scene.open({ storage: storage as never, platform: options.platform });
  const hear = (): void => {
    isDeaf = false;
  };
  return Object.assign(tab, { hear });
};

it('a refresh that lands on a login it had not seen does not bring the old session back (X1)', async () => {
  const scene = createScene();
  const awake = scene.open();
  awake.client.adoptTokens(await scene.server.seedSession('ada'));
  const deaf = deafTab(scene);
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  void deaf.client.refresh().catch(() => {});
  await vi.waitFor(async () => expect((await scene.server.sessions.list('ada'))[0]?.generation).toBe(2));
  await awake.client.login({ username: 'bob', password: 'bob-password' });
  scene.server.clock.advance(1000);
  await atRest(scene);
  deaf.hear();
  scene.server.clock.advance(300);
  await atRest(scene);
  for (const { client } of [awake, deaf]) {
    expect(client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'bob' } });
    expect(await (await client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
  }
  expect((await scene.server.sessions.list('bob'))[0]?.revokedAt).toBeNull();
});

it('a refresh that lands on a logout it had not seen signs nobody in (R2)', async () => {
  const scene = createScene();
  const awake = scene.open();
  awake.client.adoptTokens(await scene.server.seedSession('ada'));
  const deaf = deafTab(scene);
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  void deaf.client.refresh().catch(() => {});
  await vi.waitFor(async () => expect((await scene.server.sessions.list('ada'))[0]?.generation).toBe(2));
  await awake.client.logout();
  scene.server.clock.advance(1000);
  await atRest(scene);
  expect(awake.client.session.status).toBe('signed-out');
  deaf.hear();
  scene.server.clock.advance(300);
  await atRest(scene);
  expect(scene.profile.stored.size).toBe(0);
  for (const { client } of [awake, deaf]) expect(client.session.status).toBe('signed-out');
});

it('a page that opens on a pair which was written after the logout signs nobody in (R2)', async () => {
  const scene = createScene({ clock: manualClock() });
  const awake = scene.open();
  awake.client.adoptTokens(await scene.server.seedSession('ada'));
  const deaf = deafTab(scene);
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  void deaf.client.refresh({ force: true }).catch(() => {});
  await vi.waitFor(async () => expect((await scene.server.sessions.list('ada'))[0]?.generation).toBe(2));
  scene.server.faults.next('logout', { status: 503 });
  await awake.client.logout();
  scene.server.clock.advance(1000);
  await atRest(scene);
  expect(scene.profile.stored.has('latchkey')).toBe(true);
  expect(scene.open().client.session.status).toBe('signed-out');
});

it('a refresh that fails after a logout it had not seen leaves nothing behind (L1)', async () => {
  const scene = createScene({ clock: manualClock() });
  const awake = scene.open();
  awake.client.adoptTokens(await scene.server.seedSession('ada'));
  const deaf = deafTab(scene);
  scene.server.faults.next('refresh', { status: 503, delay: 200 });
  void deaf.client.refresh().catch(() => {});
  await atRest(scene);
  await awake.client.logout();
  scene.server.clock.advance(200);
  await atRest(scene);
  deaf.kill();
  scene.server.clock.advance(100);
  await atRest(scene);
  expect([...scene.profile.stored.keys()]).toEqual([]);
});

it('a refresh that fails after storage was cleared, which it had not seen, leaves nothing behind (S4)', async () => {
  const scene = createScene({ clock: manualClock() });
  scene.open().client.adoptTokens(await scene.server.seedSession('ada'));
  const deaf = deafTab(scene);
  scene.server.faults.next('refresh', { status: 503, delay: 200 });
  void deaf.client.refresh().catch(() => {});
  await atRest(scene);
  scene.profile.clearStorage();
  await atRest(scene);
  scene.server.clock.advance(200);
  await atRest(scene);
  expect(scene.profile.stored.size).toBe(1);
  deaf.hear();
  scene.server.clock.advance(100);
  await atRest(scene);
  expect(scene.profile.stored.size).toBe(0);
});

it('a logout whose tab dies is delivered by another that stays open (L2)', async () => {
  const scene = createScene({ clock: manualClock() });
  const [dying, quiet] = [scene.open(), scene.open()];
  await dying.client.login({ username: 'ada', password: 'ada-password' });
  scene.server.faults.next('logout', { status: 503 });
  void dying.client.logout();
  dying.kill();
  await atRest(scene);
  for (let second = 0; second < 20; second++) {
    scene.server.clock.advance('1s');
    await atRest(scene);
  }
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
  expect(scene.profile.stored.size).toBe(0);
  expect(quiet.heard).toContain('revocation-delivered');
});

it('a clock that has run ahead by a year does not drop a logout before it is told (L2)', async () => {
  const scene = createScene({ clock: manualClock() });
  let skew = 0;
  const { options } = scene.profile.openTab();
  const platform = { ...options.platform, now: () => scene.server.clock.now() + skew };
  const { client } = scene.open({ platform });
  await client.login({ username: 'ada', password: 'ada-password' });
  skew = 365 * 86_400_000;
  scene.server.faults.next('logout', { status: 503 });
  const result = client.logout();
  await atRest(scene);
  expect(await result).toEqual({ local: 'cleared', server: 'pending' });
  for (let second = 0; second < 20; second++) {
    scene.server.clock.advance('1s');
    await atRest(scene);
  }
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
});

for (const [what, jump] of Object.entries({ 'ahead by a year': 365, 'back by a week': -8 })) {
  it(`a clock that is set ${what} after a logout does not keep the server from hearing of it (L2)`, async () => {
    const scene = createScene({ clock: manualClock() });
    let skew = 0;
    const { options } = scene.profile.openTab();
    const platform = { ...options.platform, now: () => scene.server.clock.now() + skew };
    const { client } = scene.open({ platform });
    await client.login({ username: 'ada', password: 'ada-password' });
    scene.server.faults.next('logout', { status: 503 });
    const result = client.logout();
    skew = jump * 86_400_000;
    await atRest(scene);
    expect(await result).toEqual({ local: 'cleared', server: 'pending' });
    for (let second = 0; second < 20; second++) {
      scene.server.clock.advance('1s');
      await atRest(scene);
    }
    expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
  });
}

it('a disposed client sends nothing any more', async () => {
  const scene = createScene();
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const refresh = expect(client.refresh()).rejects.toThrow();
  client.dispose();
  await refresh;
  await atRest(scene);
  expect(scene.count('refresh')).toBe(0);
});
