import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live } from '../support/scene.ts';

for (const locks of [true, false]) {
  it(`a client that is disposed of while a forced refresh waits for another one sets no timer and sends nothing any more, ${locks ? 'with' : 'without'} locks`, async () => {
    const scene = createScene({ clock: manualClock() });
    const tab = scene.open({}, { locks });
    tab.client.adoptTokens(await scene.server.seedSession('ada'));
    scene.server.faults.next('refresh', { never: true });
    const calls = Promise.allSettled([tab.client.refresh(), tab.client.refresh({ force: true })]);
    await atRest(scene);
    tab.client.dispose();
    await live(scene, 100, 20);
    expect(tab.leftovers).toEqual({ timers: 0, listeners: 0, channels: 0 });
    for (const { status } of await calls) expect(status).toBe('rejected');
    await live(scene, 60_000, 1000);
    expect(tab.leftovers.timers).toBe(0);
    expect(scene.count('refresh')).toBe(1);
    expect(scene.profile.heldLocks).toEqual([]);
  });
}

it('a client that is disposed of in the middle of a refresh, as by a double mount, makes nobody wait: the next one asks again at once (M4, R1)', async () => {
  const scene = createScene({ clock: manualClock() });
  const first = scene.open();
  first.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 5000, after: 'commit' });
  const call = expect(first.client.fetch('me')).rejects.toThrow();
  await atRest(scene);
  first.client.dispose();
  const second = scene.open();
  const answer = second.client.fetch('me');
  await live(scene, 200, 20);
  await call;
  expect((await answer).status).toBe(200);
  expect(scene.count('refresh')).toBe(2);
});
