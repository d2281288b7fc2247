import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live } from '../support/scene.ts';

for (const [reason, body] of Object.entries({
  'refresh-rejected': { error: 'invalid_grant', reason: 'invalid' },
  revoked: { error: 'invalid_grant', reason: 'revoked' },
} as const)) {
  it(`every tab tells the reason when the server ends a session: ${reason} (F4)`, async () => {
    const scene = createScene();
    const [a, b] = [scene.open(), scene.open()];
    a.client.adoptTokens(await scene.server.seedSession('ada'));
    await b.client.fetch('me');
    scene.server.clock.advance('20m');
    const headers = { 'content-type': 'application/json' };
    scene.server.faults.next('refresh', { status: 400, headers, body: JSON.stringify(body) });
    await expect(a.client.fetch('me')).rejects.toThrow();
    await vi.waitFor(() => expect(b.heard).toContain('signed-out'));
    expect(a.events.at(-1)).toEqual({ type: 'signed-out', origin: 'this-tab', reason });
    expect(b.events.at(-1)).toEqual({ type: 'signed-out', origin: 'other-tab', reason });
  });
}

it('a tab that hears of a login before it can read it looks again (M4)', async () => {
  const scene = createScene();
  const writer = scene.open();
  const { options } = scene.profile.openTab();
  let isVisible = false;
  const storage = { ...options.storage, getItem: (key: string) => (isVisible ? options.storage.getItem(key) : null) };
  const reader = scene.open({
    storage: storage as never,
    platform: { ...options.platform, page: { visible: true, listen: () => () => {} } },
  });
  writer.client.adoptTokens(await scene.server.seedSession('ada'));
  await new Promise(setImmediate);
  expect(reader.heard).toEqual([]);
  isVisible = true;
  scene.server.clock.advance(20);
  expect(reader.heard).toEqual(['signed-in']);
});

it('tokens of another user that come when nobody waits for them any more are told as what they are (F4, N7)', async () => {
  const scene = createScene({ clock: manualClock() });
  const [tab, other] = [scene.open(), scene.open()];
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.clock.advance('20m');
  const body = JSON.stringify(await scene.server.seedSession('bob'));
  const headers = { 'content-type': 'application/json' };
  scene.server.faults.next('refresh', { delay: 60_000, status: 200, headers, body });
  const waiting = expect(tab.client.fetch('me')).rejects.toMatchObject({ name: 'RefreshUnavailableError' });
  await live(scene, 20_000, 1000);
  await waiting;
  expect(tab.heard.at(-1)).toBe('refresh-failed');
  await live(scene, 41_000, 1000);
  expect(tab.events.at(-1)).toEqual({ type: 'signed-out', origin: 'this-tab', reason: 'user-changed' });
  expect(tab.client.session).toEqual({ status: 'signed-out', reason: 'user-changed' });
  expect(other.events.at(-1)).toEqual({ type: 'signed-out', origin: 'other-tab', reason: 'user-changed' });
});

it('a tab that hears of an end, and can read at first only what came before it, looks again (F4, M4)', async () => {
  const scene = createScene({ clock: manualClock() });
  const [silent, speaker] = [scene.open({}, { channels: false }), scene.open()];
  silent.client.adoptTokens(await scene.server.seedSession('ada'));
  let view: ReadonlyMap<string, string> = new Map(scene.profile.stored);
  const { options } = scene.profile.openTab();
  const reader = scene.open({
    storage: { ...options.storage, getItem: (key) => view.get(key) ?? null },
    platform: { ...options.platform, page: { visible: true, listen: () => () => {} } },
  });
  await silent.client.refresh({ force: true });
  await live(scene, 300, 20);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ error: 'invalid_grant', reason: 'revoked' });
  scene.server.faults.next('refresh', { status: 400, headers, body });
  view = new Map(scene.profile.stored);
  await expect(speaker.client.refresh({ force: true })).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  await atRest(scene);
  expect(reader.heard).toEqual(['token-refreshed']);
  view = scene.profile.stored;
  scene.server.clock.advance(20);
  expect(reader.events.at(-1)).toEqual({ type: 'signed-out', origin: 'other-tab', reason: 'revoked' });
});
