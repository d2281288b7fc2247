import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live } from '../support/scene.ts';

it('a timer that was set for the old token asks for nothing when another tab has renewed it (M6)', async () => {
  const scene = createScene({ clock: manualClock(), policy: { replayWindow: 0 } });
  const [a, b] = [scene.open({ renew: 'while-visible' }), scene.open({ renew: 'while-visible' })];
  a.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.clock.advance('10m');
  await a.client.refresh();
  const { refreshToken } = scene.stored();
  // The old timer would have fired at 19 minutes.
  await live(scene, 15 * 60_000, 30_000);
  expect(scene.count('refresh')).toBe(1);
  expect(scene.stored().refreshToken).toBe(refreshToken);
  await live(scene, 5 * 60_000, 30_000);
  expect(scene.count('refresh')).toBe(2);
  for (const { heard } of [a, b]) expect(heard.filter((type) => type === 'token-refreshed')).toHaveLength(2);
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).toBeNull();
});

it('an old timer of a tab that cannot hear the others presents the new token, not the old one (M6)', async () => {
  const scene = createScene({ clock: manualClock(), policy: { replayWindow: 0 } });
  const [a, deaf] = [scene.open(), scene.open({ renew: 'while-visible' }, { channels: false })];
  a.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.clock.advance('18m');
  await a.client.refresh();
  await live(scene, 30 * 60_000, 30_000);
  expect(scene.count('refresh')).toBeLessThanOrEqual(3);
  expect(deaf.heard).not.toContain('signed-out');
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).toBeNull();
});

for (const renew of ['on-use', 'while-visible'] as const) {
  it(`twenty tabs that come into view at once refresh once, however few refreshes the server allows (M8, renewing ${renew})`, async () => {
    const scene = createScene({ policy: { replayWindow: 0 } });
    const tabs = Array.from({ length: 20 }, () => scene.open({ renew }, { visible: false }));
    tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
    scene.server.clock.advance('3h');
    for (const tab of tabs) tab.show();
    const results = Promise.all(tabs.map(({ client }) => client.fetch('me')));
    await live(scene, 2000, 50);
    expect((await results).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(scene.count('refresh')).toBe(1);
    for (const { client } of tabs) expect(client.session.status).toBe('signed-in');
  });
}

it('twelve page loads in a minute cost no refresh, and one with an expired token waits for no election (M8)', async () => {
  const scene = createScene();
  scene.open().client.adoptTokens(await scene.server.seedSession('ada'));
  for (let load = 0; load < 12; load++) {
    const page = scene.open({ renew: 'while-visible' });
    expect((await page.client.fetch('me')).status).toBe(200);
    scene.server.clock.advance('5s');
    page.kill();
  }
  expect(scene.count('refresh')).toBe(0);
  scene.server.clock.advance('20m');
  // Time stands still: whoever waited for a timer would wait for ever.
  expect((await scene.open().client.fetch('me')).status).toBe(200);
  expect(scene.count('refresh')).toBe(1);
});

it('an hour without a network costs nothing while nobody asks, and one try when it is back (N6)', async () => {
  const scene = createScene({ clock: manualClock() });
  const tab = scene.open();
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { networkError: true }, Number.POSITIVE_INFINITY);
  await live(scene, 60 * 60_000, 60_000);
  expect(scene.count('refresh')).toBe(0);
  const failed = expect(tab.client.fetch('me')).rejects.toMatchObject({ name: 'RefreshUnavailableError' });
  await live(scene, 20_000, 500);
  await failed;
  const asked = scene.count('refresh');
  expect(asked).toBeLessThanOrEqual(3);
  await live(scene, 10 * 60_000, 10_000);
  expect(scene.count('refresh')).toBe(asked);
  scene.server.faults.clear();
  tab.signal({ type: 'online' });
  expect((await tab.client.fetch('me')).status).toBe(200);
  expect(scene.count('refresh')).toBe(asked + 1);
});

it('a tab that renews while visible knocks ever more rarely in an hour without a network, and once when it is back (N6)', async () => {
  const scene = createScene({ clock: manualClock() });
  const tab = scene.open({ renew: 'while-visible' });
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.faults.next('refresh', { networkError: true }, Number.POSITIVE_INFINITY);
  const times: number[] = [];
  tab.client.subscribe((_, { type }) => type === 'refresh-failed' && times.push(scene.server.clock.now()));
  await live(scene, 79 * 60_000, 10_000);
  expect(times.length).toBeGreaterThan(3);
  expect(times.length).toBeLessThanOrEqual(15);
  const gaps = times.slice(1).map((at, n) => at - (times[n] ?? at));
  expect(gaps.at(-1)).toBeGreaterThan(2 * (gaps[0] ?? 0));
  expect(gaps.at(-1)).toBeGreaterThan(5 * 60_000);
  scene.server.faults.clear();
  const before = scene.count('refresh');
  tab.signal({ type: 'online' });
  await live(scene, 60_000, 1000);
  expect(scene.count('refresh')).toBe(before + 1);
  expect(tab.heard).toContain('token-refreshed');
});
