import { runningClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { createScene } from '../support/scene.ts';

it('a tab that reads the old value even under the lock gets the same pair as the others (TST-16, CON-6)', async () => {
  const scene = createScene({ clock: runningClock() });
  const fresh = scene.open();
  fresh.client.adoptTokens(await scene.server.seedSession('ada'));
  const old = scene.profile.stored.get('latchkey') ?? '';
  const { options } = scene.profile.openTab();
  let isStale = false;
  const storage = {
    ...options.storage,
    getItem: (key: string) => (isStale && key === 'latchkey' ? old : (scene.profile.stored.get(key) ?? null)),
    setItem(key: string, value: string) {
      if (key === 'latchkey') isStale = false;
      options.storage.setItem(key, value);
    },
  };
  const stale = scene.open({ platform: options.platform, storage: storage as never });
  scene.server.clock.advance('20m');
  expect((await fresh.client.fetch('me')).status).toBe(200);
  const { refreshToken } = scene.stored();
  isStale = true;
  expect((await stale.client.fetch('me')).status).toBe(200);
  expect(scene.count('refresh')).toBe(2);
  expect(scene.stored().refreshToken).toBe(refreshToken);
  for (const { client, heard } of [fresh, stale]) {
    expect((await client.fetch('me')).status).toBe(200);
    expect(heard).not.toContain('signed-out');
  }
  scene.server.clock.advance('20m');
  for (const { client } of [stale, fresh]) expect((await client.fetch('me')).status).toBe(200);
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).toBeNull();
});
