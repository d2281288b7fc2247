import { runningClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, openUnaware } from '../support/scene.ts';

it('a lock that is never released delays nobody with a good token, and others by its timeout only (M3)', async () => {
  const scene = createScene();
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  void scene.profile.locks.request('latchkey:latchkey', {}, () => new Promise(() => {}));
  expect((await client.fetch('me')).status).toBe(200);
  scene.server.clock.advance('20m');
  const response = client.fetch('me');
  await new Promise(setImmediate);
  expect(scene.count('refresh')).toBe(0);
  scene.server.clock.advance(5000);
  expect((await response).status).toBe(200);
  expect(scene.count('refresh')).toBe(1);
});

it('a tab frozen in the middle of a refresh holds up another only for a while, and adopts its pair when it thaws (M3)', async () => {
  const scene = createScene();
  const [frozen, other] = [scene.open(), scene.open()];
  frozen.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  const stuck = frozen.client.fetch('me');
  await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
  frozen.freeze();
  const response = other.client.fetch('me');
  await new Promise(setImmediate);
  scene.server.clock.advance(5000);
  expect((await response).status).toBe(200);
  const record = scene.stored();
  frozen.thaw();
  expect((await stuck).status).toBe(200);
  expect(scene.stored()).toEqual(record);
  expect(frozen.heard).not.toContain('signed-out');
});

for (const channels of [true, false]) {
  it(`sixteen tabs that wake at once without locks${channels ? '' : ' and channels'} refresh once: who sees another at it looks on (M1, M7)`, async () => {
    const scene = createScene({ policy: { replayWindow: 0 } });
    const tabs = Array.from({ length: 16 }, () => scene.open({}, { locks: false, channels }));
    tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
    await atRest(scene);
    scene.server.clock.advance('21m');
    scene.server.faults.next('refresh', { delay: 300, after: 'commit' });
    const answers = Promise.all(tabs.map(({ client }) => client.fetch('me')));
    await live(scene, 1000, 50);
    expect((await answers).map(({ status }) => status)).toEqual(tabs.map(() => 200));
    expect(scene.count('refresh')).toBe(1);
  });

  it(`a tab without locks${channels ? '' : ' and channels'} waits two seconds, and no longer, for another that is at it and never ends (M3, M7)`, async () => {
    const scene = createScene();
    const [gone, tab] = [scene.open({}, { locks: false, channels }), scene.open({}, { locks: false, channels })];
    gone.client.adoptTokens(await scene.server.seedSession('ada'));
    await atRest(scene);
    scene.server.clock.advance('21m');
    scene.server.faults.next('refresh', { never: true });
    void gone.client.fetch('me').catch(() => {});
    await atRest(scene);
    gone.kill();
    const answer = tab.client.fetch('me');
    await live(scene, 1900, 50);
    expect(scene.count('refresh')).toBe(1);
    await live(scene, 200, 50);
    expect((await answer).status).toBe(200);
    expect(scene.count('refresh')).toBe(2);
  });
}

for (const replayWindow of [10_000, 0]) {
  it(`five tabs without locks and channels lose nothing they had, with a replay window of ${replayWindow} ms (M7)`, async () => {
    const scene = createScene({ clock: runningClock(), policy: { replayWindow } });
    const tabs = Array.from({ length: 5 }, () => scene.open({}, { locks: false, channels: false }));
    tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
    for (let round = 0; round < 20; round++) {
      scene.server.clock.advance('21m');
      const results = await Promise.allSettled(tabs.map(({ client }) => client.fetch('me')));
      if (replayWindow > 0) for (const result of results) expect(result).toMatchObject({ value: { status: 200 } });
    }
    if (replayWindow > 0) for (const { heard } of tabs) expect(heard).not.toContain('signed-out');
  });
}

it("the loser of a race adopts the winner's pair instead of wiping it (M2)", async () => {
  const scene = createScene();
  const [winner, loser] = [scene.open({}, { locks: false }), openUnaware(scene)];
  winner.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  // Refused only after the winner has stored its pair.
  const body = JSON.stringify({ error: 'invalid_grant' });
  const headers = { 'content-type': 'application/json' };
  scene.server.faults.next('refresh', { delay: 1 });
  scene.server.faults.next('refresh', { status: 400, headers, body });
  const results = Promise.all([winner.client.fetch('me'), loser.client.fetch('me')]);
  await vi.waitFor(() => expect(scene.count('refresh')).toBe(2));
  await live(scene, 1000, 10);
  expect((await results).map(({ status }) => status)).toEqual([200, 200]);
  expect(loser.heard).not.toContain('signed-out');
});
