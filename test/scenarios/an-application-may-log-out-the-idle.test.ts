import type { AuthClient } from '@latchkey/client';
import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { createScene, live, type SceneTab } from '../support/scene.ts';

const minute = 60_000;

/** The few lines of an application that logs out whoever has been idle for ten minutes in all tabs; gives what to call on input. */
function logOutWhenIdle(client: AuthClient, { options: { storage, platform } }: SceneTab): () => void {
  const { now = Date.now, setTimer } = platform;
  const active = (): void => storage.setItem('app:active-at', String(now()));
  const check = (): void => {
    const idle = now() - Number(storage.getItem('app:active-at') ?? now());
    if (idle >= 10 * minute && client.session.status === 'signed-in') void client.logout();
    setTimer?.(check, minute);
  };
  active();
  check();
  return active;
}

it('activity in one tab keeps all tabs logged in, and when it ends, all are logged out, once (F8)', async () => {
  const scene = createScene({ clock: manualClock() });
  const [used, idle] = [scene.open(), scene.open()];
  await used.client.login({ username: 'ada', password: 'ada-password' });
  const type = logOutWhenIdle(used.client, used);
  logOutWhenIdle(idle.client, idle);
  for (let passed = 0; passed < 30; passed += 5) {
    type();
    await live(scene, 5 * minute, minute);
  }
  for (const { client } of [used, idle]) expect(client.session.status).toBe('signed-in');
  await live(scene, 12 * minute, minute);
  for (const { client, heard } of [used, idle]) {
    expect(client.session.status).toBe('signed-out');
    expect(heard.filter((event) => event === 'signed-out')).toHaveLength(1);
  }
  expect(scene.count('logout')).toBe(1);
  expect(scene.count('refresh')).toBe(0);
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
});
