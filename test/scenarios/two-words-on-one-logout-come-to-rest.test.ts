import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene } from '../support/scene.ts';

it('a logout that one tab has noted and another has just been told the end of is not written to and fro, and the end counts (L2, M5)', async () => {
  const scene = createScene({ clock: manualClock() });
  const [late, quick] = [scene.open(), scene.open()];
  await late.client.login({ username: 'ada', password: 'ada-password' });
  await atRest(scene);
  const { stored } = scene.profile;
  const write = stored.set.bind(stored);
  let writes = 0;
  stored.set = (key, value) => {
    // Without this two that never agree would go on without a pause.
    if (key === 'latchkey:outbox' && ++writes > 100) throw new Error('No end of it.');
    return write(key, value);
  };
  scene.server.faults.next('refresh', { delay: 50, after: 'commit' });
  const refresh = expect(late.client.refresh()).rejects.toMatchObject({ name: 'SessionChangedError' });
  await atRest(scene);
  // This one notes that the session before has ended, and waits for the answer ...
  scene.server.faults.next('logout', { delay: 2000 });
  await quick.client.login({ username: 'bob', password: 'bob-password' });
  await atRest(scene);
  expect(stored.has('latchkey:outbox')).toBe(true);
  // ... which the other gets at once, for the pair that comes too late.
  scene.server.clock.advance(50);
  await refresh;
  await atRest(scene);
  expect(writes).toBeLessThan(5);
  expect(stored.has('latchkey:outbox')).toBe(false);
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
});
