import { createAuthClient } from '@latchkey/client';
import { runningClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, baseUrl, createScene, live, type SceneTab } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };

/** A second client in the page of the first, such as hot reloading leaves behind. */
const sibling = ({ options }: SceneTab) => createAuthClient({ baseUrl, ...options });

it('two clients with one key in one page refresh once, and agree on login and logout (M1, M4)', async () => {
  const scene = createScene({ policy: { replayWindow: 0 } });
  const tab = scene.open();
  const second = sibling(tab);
  await tab.client.login(ada);
  expect(second.session).toMatchObject({ status: 'signed-in' });
  scene.server.clock.advance('20m');
  const requests = [...Array(10)].flatMap(() => [tab.client.fetch('me'), second.fetch('me')]);
  await live(scene, 500, 20);
  expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(scene.count('refresh')).toBe(1);
  await second.logout();
  expect(tab.client.session.status).toBe('signed-out');
  expect((await tab.client.fetch('me')).status).toBe(401);
  await atRest(scene);
  expect(tab.heard.filter((type) => type === 'signed-out')).toHaveLength(1);
  expect(scene.count('logout')).toBe(1);
});

it('a client that is made twice and disposed of once, as StrictMode does, leaves one that works and nothing else (M3)', async () => {
  const scene = createScene();
  scene.open().client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  const tab = scene.profile.openTab();
  const first = createAuthClient({ baseUrl, ...tab.options });
  const heard: string[] = [];
  first.subscribe((_, { type }) => void heard.push(type));
  const dropped = first.fetch('me').then(
    () => 'answered',
    ({ code }) => code,
  );
  first.dispose();
  const second = createAuthClient({ baseUrl, ...tab.options });
  expect((await second.fetch('me')).status).toBe(200);
  expect(await dropped).toMatch(/answered|ERR_/);
  expect(scene.count('refresh')).toBe(1);
  expect(heard).toEqual([]);
  second.dispose();
  await vi.waitFor(() => {
    expect(tab.leftovers).toEqual({ timers: 0, listeners: 0, channels: 0 });
    expect(scene.profile.heldLocks).toEqual([]);
  });
});

it('a client that is disposed of in the middle of a refresh leaves the pair that comes to whoever is there next (N2)', async () => {
  const scene = createScene();
  const tab = scene.open();
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 500, after: 'commit' });
  const dropped = tab.client.fetch('me').then(
    () => 'answered',
    ({ code }) => code,
  );
  await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
  tab.client.dispose();
  const next = sibling(tab);
  const response = next.fetch('me');
  scene.server.clock.advance(500);
  await live(scene, 8000, 100);
  expect((await response).status).toBe(200);
  expect(await dropped).toMatch(/answered|ERR_/);
  expect((await scene.server.sessions.list())[0]?.revokedAt).toBeNull();
  next.dispose();
});

it('dispose() twice, and calls after it, do no harm', async () => {
  const scene = createScene({ clock: runningClock() });
  const tab = scene.open();
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  tab.client.dispose();
  tab.client.dispose();
  const late: string[] = [];
  tab.client.subscribe((_, { type }) => void late.push(type));
  expect(tab.client.session).toMatchObject({ status: 'signed-in' });
  expect((await tab.client.logout()).local).toBe('cleared');
  expect(scene.profile.stored.has('latchkey')).toBe(false);
  await vi.waitFor(() => expect(tab.leftovers).toEqual({ timers: 0, listeners: 0, channels: 0 }));
  expect(late).toEqual([]);
});

for (const storageKey of ['a:b', 'a b', 'ключ', '-', '__proto__', 'x'.repeat(300)]) {
  it(`a key such as ${storageKey.slice(0, 20)} is as good as any (F9)`, async () => {
    const scene = createScene();
    const [one, two, plain] = [scene.open({ storageKey }), scene.open({ storageKey }), scene.open()];
    await one.client.login(ada);
    await plain.client.login({ username: 'bob', password: 'bob-password' });
    scene.server.clock.advance('20m');
    const both = [one.client.fetch('me'), two.client.fetch('me')];
    await live(scene, 200, 20);
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    expect(scene.count('refresh')).toBe(1);
    await two.client.logout();
    await atRest(scene);
    expect(one.client.session.status).toBe('signed-out');
    expect(await (await plain.client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
  });
}

it('a client of its own for another identity: ending that one ends it on the server and leaves the first (F10, F9)', async () => {
  const scene = createScene();
  const admin = scene.open();
  const [acting, elsewhere] = [scene.open({ storageKey: 'acting-as' }), scene.open({ storageKey: 'acting-as' })];
  await admin.client.login(ada);
  acting.client.adoptTokens(await scene.server.seedSession('bob'));
  expect(await (await acting.client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
  expect(await (await admin.client.fetch('me')).json()).toMatchObject({ sub: 'ada' });
  await acting.client.logout();
  await atRest(scene);
  expect(elsewhere.heard).toEqual(['signed-in', 'signed-out']);
  expect((await scene.server.sessions.list('bob'))[0]?.revokedAt).not.toBeNull();
  scene.server.clock.advance('20m');
  expect(await (await admin.client.fetch('me')).json()).toMatchObject({ sub: 'ada' });
});
