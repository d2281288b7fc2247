import type { AuthStorage } from '@latchkey/client';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, signedIn } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };

for (const [what, storage] of Object.entries<() => AuthStorage>({
  'keeps nothing': () => ({ getItem: () => null, setItem: () => {}, removeItem: () => {} }),
  'throws on everything': () => {
    const refuse = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    return { getItem: refuse, setItem: refuse, removeItem: refuse };
  },
  'cannot write': () => ({
    getItem: () => null,
    setItem() {
      throw new DOMException('full', 'QuotaExceededError');
    },
    removeItem: () => {},
  }),
  'gives back undefined': () => ({ getItem: () => undefined as never, setItem: () => {}, removeItem: () => {} }),
})) {
  it(`a storage that ${what} leaves the session in memory: login, refresh and logout work, and it is said once (S1, S2)`, async () => {
    const scene = createScene();
    const { client, heard } = scene.open({ storage: storage() });
    await client.login(ada);
    expect(client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
    expect(client.persistence).toBe('memory');
    expect((await client.fetch('me')).status).toBe(200);
    scene.server.clock.advance('20m');
    expect((await client.fetch('me')).status).toBe(200);
    expect(heard.filter((type) => type === 'persistence-failed')).toHaveLength(1);
    expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
    expect(client.session.status).toBe('signed-out');
    expect((await client.fetch('me')).status).toBe(401);
  });
}

it('a key that somebody removes by hand ends the session plainly, and a login begins another (S4)', async () => {
  const scene = await signedIn();
  const other = scene.open();
  scene.profile.stored.delete('latchkey');
  expect(scene.client.session.status).toBe('signed-out');
  expect((await scene.client.fetch('me')).status).toBe(401);
  expect((await other.client.fetch('me')).status).toBe(401);
  for (const { events } of [scene.tab, other]) {
    expect(events.filter(({ type }) => type === 'signed-out')).toMatchObject([{ reason: 'storage-cleared' }]);
  }
  expect([...scene.profile.stored.keys()]).toEqual([]);
  await scene.client.login(ada);
  await atRest(scene);
  expect((await other.client.fetch('me')).status).toBe(200);
});

it('storage that was emptied while no page was open is no error and no reason (S4)', async () => {
  const scene = await signedIn();
  scene.tab.kill();
  scene.profile.stored.clear();
  const { client, events } = scene.open();
  expect(client.session).toEqual({ status: 'signed-out', reason: null });
  expect(events).toEqual([]);
  await expect(client.refresh()).rejects.toMatchObject({ name: 'NotSignedInError' });
});

it('a value that was damaged under a running tab means signed out there, and is not written again (S3)', async () => {
  for (const damage of [
    (raw: string) => raw.slice(0, -20),
    () => 'null',
    () => '',
    (raw: string) => raw.replace('"v":1', '"v":99'),
  ]) {
    const scene = await signedIn();
    const raw = scene.profile.stored.get('latchkey') ?? '';
    scene.profile.stored.set('latchkey', damage(raw));
    scene.server.clock.advance('20m');
    expect((await scene.client.fetch('me')).status).toBe(401);
    expect(scene.client.session.status).toBe('signed-out');
    expect(scene.count('refresh')).toBe(0);
    await scene.client.login(ada);
    expect((await scene.client.fetch('me')).status).toBe(200);
    await scene.client.logout();
    await atRest(scene);
    expect(scene.profile.stored.size).toBe(0);
  }
});

it('a session put back from a backup of the browser after a logout is refused by the server, once (S3, R2)', async () => {
  const scene = await signedIn();
  const raw = scene.profile.stored.get('latchkey') ?? '';
  await scene.client.logout();
  await atRest(scene);
  scene.tab.kill();
  scene.profile.stored.set('latchkey', raw);
  const { client, heard } = scene.open();
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  expect(heard.filter((type) => type === 'signed-out')).toHaveLength(1);
  expect(scene.count('refresh')).toBe(1);
  expect(scene.profile.stored.size).toBe(0);
});

it('a full storage in one tab of two: the tab that cannot write goes on, and the other is not led to a spent token for good (S2)', async () => {
  const scene = createScene();
  const [well, full] = [
    scene.open(),
    (() => {
      const { options } = scene.profile.openTab();
      return scene.open({
        platform: options.platform,
        storage: {
          ...options.storage,
          setItem() {
            throw new DOMException('full', 'QuotaExceededError');
          },
        },
      });
    })(),
  ];
  well.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.clock.advance('20m');
  const response = full.client.fetch('me');
  await live(scene, 3000, 50);
  expect((await response).status).toBe(200);
  expect(full.client.persistence).toBe('memory');
  expect((await full.client.fetch('me')).status).toBe(200);
  const outcome = await well.client.fetch('me').then(
    ({ status }) => status,
    ({ code }) => code,
  );
  expect([200, 401]).toContain(outcome);
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).toBeNull();
  await vi.waitFor(() => expect(scene.profile.heldLocks).toEqual([]));
});
