import { manualClock, runningClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { createScene } from '../support/scene.ts';

for (const tabs of [2, 8]) {
  it(`${tabs} tabs that need a token at the same moment cause one refresh, in twenty rounds (M1, TST-15)`, async () => {
    const scene = createScene({ policy: { replayWindow: 0 } });
    const opened = Array.from({ length: tabs }, () => scene.open());
    opened[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
    for (let round = 1; round <= 20; round++) {
      scene.server.clock.advance('21m');
      const responses = await Promise.all(opened.map(({ client }) => client.fetch('me')));
      expect(responses.map(({ status }) => status)).toEqual(Array(tabs).fill(200));
      expect(scene.count('refresh')).toBe(round);
    }
    expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).toBeNull();
    for (const { heard } of opened) expect(heard).not.toContain('signed-out');
  });
}

it('a tab that waits for its turn goes on with the pair another tab has stored, without having had it (M1)', async () => {
  const scene = createScene({ policy: { replayWindow: 0 }, clock: manualClock(Date.now()) });
  const first = scene.open();
  // Whoever asks for a lock here waits for ever.
  const never = { request: () => new Promise<never>(() => {}) };
  const second = scene.open({}, { locks: { instead: never } });
  first.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  const waiting = second.client.fetch('me');
  expect((await first.client.fetch('me')).status).toBe(200);
  expect((await waiting).status).toBe(200);
  expect(scene.count('refresh')).toBe(1);
  expect(second.events.at(-1)).toMatchObject({ type: 'token-refreshed', origin: 'other-tab' });
});

it('a tab that was told to refresh by all means does so, whatever another tab has stored meanwhile', async () => {
  const scene = createScene({ clock: runningClock() });
  const [first, second] = [scene.open(), scene.open()];
  first.client.adoptTokens(await scene.server.seedSession('ada'));
  await Promise.all([first.client.refresh(), second.client.refresh({ force: true })]);
  expect(scene.count('refresh')).toBe(2);
});

it('a tab that did not refresh itself tells nobody that it did', async () => {
  const scene = createScene();
  const tabs = Array.from({ length: 5 }, () => scene.open());
  tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  await Promise.all(tabs.map(({ client }) => client.fetch('me')));
  expect(scene.profile.said.filter((message) => (message as { type: string }).type === 'changed')).toHaveLength(1);
});

it('a page that begins with an expired token asks the server for nothing until somebody uses it', async () => {
  const scene = createScene();
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  client.dispose();
  scene.server.clock.advance('20m');
  const page = scene.open();
  await new Promise(setImmediate);
  expect(scene.server.requests).toEqual([]);
  expect(scene.profile.heldLocks).toEqual([]);
  expect(page.leftovers.timers).toBe(1);
  page.client.dispose();
  expect(page.leftovers).toEqual({ timers: 0, listeners: 0, channels: 0 });
});

it('a page brings up its lock at the start where its first use will need it, and only there', async () => {
  const scene = createScene();
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const asked: string[] = [];
  const instead = {
    request: async <T>(name: string, _: object, work: (lock: null) => Promise<T>) => {
      asked.push(name);
      return work(null);
    },
  };
  scene.open({}, { locks: { instead } });
  expect(asked).not.toContain('latchkey:latchkey');
  scene.server.clock.advance('20m');
  scene.open({}, { locks: { instead } });
  expect(asked.filter((name) => name === 'latchkey:latchkey')).toHaveLength(1);
});
