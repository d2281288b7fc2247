import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live } from '../support/scene.ts';

/** A network that can be taken away. */
const offline = () => {
  const state = { on: true };
  const network =
    (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
    async (input, init) => {
      if (!state.on) throw new TypeError('Failed to fetch');
      return fetch(input, init);
    };
  return { state, network };
};

it('a logout without a network clears storage of tokens now and tells the server when it is back (L2, TST-14)', async () => {
  const { state, network } = offline();
  const scene = createScene({}, network);
  const tab = scene.open();
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  await tab.client.fetch('me');
  const { accessToken, refreshToken } = scene.stored();
  state.on = false;
  expect(await tab.client.logout()).toEqual({ local: 'cleared', server: 'pending' });
  const kept = [...scene.profile.stored.values()].join();
  expect(scene.profile.stored.size).toBe(1);
  for (const token of [accessToken, refreshToken]) {
    for (let at = 0; at + 16 <= token.length; at++) expect(kept).not.toContain(token.slice(at, at + 16));
  }
  expect(kept).not.toContain('ada');

  // A new session is neither hindered nor touched.
  state.on = true;
  await tab.client.login({ username: 'bob', password: 'bob-password' });
  tab.signal({ type: 'online' });
  await vi.waitFor(() => expect(tab.heard).toContain('revocation-delivered'));
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
  expect((await scene.server.sessions.list('bob'))[0]?.revokedAt).toBeNull();
  expect((await tab.client.fetch('me')).status).toBe(200);
  expect([...scene.profile.stored.keys()]).toEqual(['latchkey']);
});

for (const [what, fault] of Object.entries({
  'a captive portal': { html: true },
  'a 503': { status: 503 },
  'a 429': { status: 429, headers: { 'retry-after': '5' } },
} as const)) {
  it(`${what} is no final answer: the next page tries again (L2)`, async () => {
    const scene = createScene();
    const tab = scene.open();
    await tab.client.login({ username: 'ada', password: 'ada-password' });
    scene.server.faults.next('logout', fault, 2);
    expect(await tab.client.logout()).toEqual({ local: 'cleared', server: 'pending' });
    tab.kill();
    scene.server.clock.advance('1m');
    const next = scene.open();
    await vi.waitFor(() => expect(scene.count('logout')).toBe(2));
    expect(next.client.session).toEqual({ status: 'signed-out', reason: null });
    for (let wait = 0; wait < 60 && scene.profile.stored.size > 0; wait++) {
      scene.server.clock.advance('1s');
      await new Promise(setImmediate);
    }
    await vi.waitFor(() => expect(scene.profile.stored.size).toBe(0));
    expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
  });
}

it('five tabs that are online again deliver it once', async () => {
  const { state, network } = offline();
  const scene = createScene({}, network);
  const tabs = Array.from({ length: 5 }, () => scene.open());
  await tabs[0]?.client.login({ username: 'ada', password: 'ada-password' });
  state.on = false;
  await tabs[0]?.client.logout();
  state.on = true;
  for (const tab of tabs) tab.signal({ type: 'online' });
  await vi.waitFor(() => expect(scene.profile.stored.size).toBe(0));
  await new Promise((turn) => setTimeout(turn, 20));
  expect(scene.count('logout')).toBe(1);
});

for (const then of ['in the same page', 'after a reload'] as const) {
  it(`a logout that was tried in vain for an hour, the clock set ahead by a year, is delivered when the network is back, ${then} (L2, T2)`, async () => {
    const { state, network } = offline();
    let tries = 0;
    const scene = createScene({ clock: manualClock() }, (fetch) => {
      const send = network(fetch);
      return (input, init) => {
        if (!state.on) tries += 1;
        return send(input, init);
      };
    });
    let skew = 0;
    const open = () => {
      const page = scene.profile.openTab();
      const platform = { ...page.options.platform, now: () => scene.server.clock.now() + skew };
      return { page, client: scene.open({ ...page.options, platform }).client };
    };
    let { page, client } = open();
    await client.login({ username: 'ada', password: 'ada-password' });
    state.on = false;
    expect(await client.logout()).toEqual({ local: 'cleared', server: 'pending' });
    skew = 365 * 86_400_000;
    await live(scene, 3_600_000, 10_000);
    expect(tries).toBeGreaterThan(6);
    if (then === 'after a reload') {
      page.kill();
      ({ page, client } = open());
      await live(scene, 60_000, 1000);
    }
    state.on = true;
    page.signal({ type: 'online' });
    await live(scene, 1000, 100);
    expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
    expect(scene.profile.stored.size).toBe(0);
  });
}

it('a logout that the server keeps answering without settling anything is given up when its session has ended by itself (L2)', async () => {
  const scene = createScene({ clock: manualClock() });
  let skew = 0;
  const { options } = scene.profile.openTab();
  const { client, heard } = scene.open({
    platform: { ...options.platform, now: () => scene.server.clock.now() + skew },
  });
  await client.login({ username: 'ada', password: 'ada-password' });
  const headers = { 'content-type': 'text/html' };
  scene.server.faults.next('logout', { status: 404, headers, body: '<p>Not found</p>' }, Number.POSITIVE_INFINITY);
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'pending' });
  await live(scene, 3_600_000, 10_000);
  expect(scene.count('logout')).toBeGreaterThan(7);
  expect([...scene.profile.stored.keys()]).toEqual(['latchkey:outbox']);
  skew = 91 * 86_400_000;
  await live(scene, 3_600_000, 10_000);
  expect(scene.profile.stored.size).toBe(0);
  expect(heard).not.toContain('revocation-delivered');
  const asked = scene.count('logout');
  await live(scene, 3_600_000, 10_000);
  expect(scene.count('logout')).toBe(asked);
});

it('a store that is full to the brim has room for a logout once the session is out of it, and complains of nothing (L2, S2)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { options } = scene.profile.openTab();
  const { stored } = scene.profile;
  const used = (): number => [...stored].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  let room = Number.POSITIVE_INFINITY;
  const setItem = (key: string, value: string): void => {
    const old = stored.get(key);
    const grown = value.length - (old?.length ?? -key.length);
    if (used() + grown > room) throw new DOMException('full', 'QuotaExceededError');
    options.storage.setItem(key, value);
  };
  const tab = scene.open({ ...options, storage: { ...options.storage, setItem } });
  await tab.client.login({ username: 'ada', password: 'ada-password' });
  await atRest(scene);
  room = used();
  scene.server.faults.next('logout', { networkError: true });
  void tab.client.logout();
  tab.client.dispose();
  expect([...stored.keys()]).toEqual(['latchkey:outbox']);
  await atRest(scene);
  expect(tab.heard).not.toContain('persistence-failed');
  scene.open();
  await live(scene, 60_000, 1000);
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
});

it('twenty users who log out while the server is away are all logged out in the end (L2)', async () => {
  const users = Array.from({ length: 20 }, (_, nth) => ({ username: `user-${nth}`, password: 'a password' }));
  const scene = createScene({ clock: manualClock(), users });
  const { client } = scene.open();
  scene.server.faults.next('logout', { status: 503 }, Number.POSITIVE_INFINITY);
  for (const user of users) {
    await client.login(user);
    await client.logout();
  }
  scene.server.faults.clear();
  await live(scene, 60_000, 1000);
  expect((await scene.server.sessions.list()).filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
  expect(scene.profile.stored.size).toBe(0);
});
