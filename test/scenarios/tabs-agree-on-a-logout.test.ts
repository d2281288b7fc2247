import { runningClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { createScene } from '../support/scene.ts';

it('a logout in one tab is one call, and one event in each of the others (M4, M5)', async () => {
  const scene = createScene();
  const tabs = Array.from({ length: 5 }, () => scene.open());
  tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
  for (const { client } of tabs) await client.fetch('me');
  await tabs[0]?.client.logout();
  await vi.waitFor(() => expect(tabs.every(({ client }) => client.session.status === 'signed-out')).toBe(true));
  expect(scene.count('logout')).toBe(1);
  for (const [index, { events }] of tabs.entries()) {
    const ends = events.filter(({ type }) => type === 'signed-out');
    const [origin, reason] = index === 0 ? ['this-tab', 'logout'] : ['other-tab', 'other-tab'];
    expect(ends).toEqual([{ type: 'signed-out', origin, reason }]);
  }
  const said = scene.profile.said.length;
  scene.server.clock.advance(2000);
  await new Promise(setImmediate);
  expect(scene.profile.said).toHaveLength(said);
  expect(scene.count('logout')).toBe(1);
});

it('five tabs that log out at once all settle, and storage is empty (M5)', async () => {
  const scene = createScene();
  const tabs = Array.from({ length: 5 }, () => scene.open());
  tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
  const results = await Promise.all(tabs.map(({ client }) => client.logout()));
  for (const { local } of results) expect(local).toBe('cleared');
  expect(scene.count('logout')).toBeLessThanOrEqual(5);
  expect(scene.profile.stored.size).toBe(0);
});

it('a tab that slept through a logout and a login uses the new session only (M4)', async () => {
  const scene = createScene({ clock: runningClock() });
  const [awake, asleep] = [scene.open(), scene.open()];
  awake.client.adoptTokens(await scene.server.seedSession('ada'));
  await asleep.client.fetch('me');
  const old = asleep.client.session;
  asleep.freeze();
  await awake.client.logout();
  await awake.client.login({ username: 'ada', password: 'ada-password' });
  const seen = scene.server.requests.length;
  asleep.thaw();
  expect((await asleep.client.fetch('me')).status).toBe(200);
  expect(asleep.client.session).toMatchObject({ status: 'signed-in' });
  expect(asleep.client.session).not.toMatchObject({ sessionId: (old as { sessionId: string }).sessionId });
  expect(scene.server.requests.slice(seen).map(({ status }) => status)).toEqual([200]);
});
