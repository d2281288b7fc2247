import { expect, it, vi } from 'vitest';
import { createScene, live, signedIn } from '../support/scene.ts';

it('an answer lost after the server rotated is asked for again and gets the same successor (N2)', async () => {
  const scene = await signedIn();
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { loseResponse: true });
  const response = scene.client.fetch('me');
  await live(scene, 2000, 50);
  expect((await response).status).toBe(200);
  expect(scene.count('refresh')).toBe(2);
  const keys = scene.server.requests.filter(({ endpoint }) => endpoint === 'refresh').map((r) => r.idempotencyKey);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[0]).not.toBeNull();
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).toBeNull();
});

it('with a strict server a lost answer ends the session once, without a loop (N2)', async () => {
  const scene = await signedIn({ policy: { replayWindow: 0 } });
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { loseResponse: true });
  const failed = expect(scene.client.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  await live(scene, 2000, 50);
  await failed;
  expect(scene.tab.heard).toEqual(['signed-out']);
  expect(scene.client.session).toEqual({ status: 'signed-out', reason: 'refresh-rejected' });
  expect(scene.count('refresh')).toBe(2);
});

it('a page that was closed between rotation and answer is signed in when it opens again (N2)', async () => {
  const scene = createScene();
  const first = scene.open();
  first.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 5000, after: 'commit' });
  void first.client.fetch('me');
  await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
  first.kill();
  scene.server.clock.advance('60s');
  // Opened, and not used: the interrupted rotation is taken up at once, while the server still remembers it.
  const second = scene.open();
  await vi.waitFor(() => expect(second.heard).toContain('token-refreshed'));
  expect(scene.count('refresh')).toBe(2);
  scene.server.clock.advance('10m');
  expect((await second.client.fetch('me')).status).toBe(200);
  expect(scene.count('refresh')).toBe(2);
});

it('a refresh that is never answered lets its callers go, and a late answer is still used (N7)', async () => {
  const scene = await signedIn();
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 40_000, after: 'commit' });
  const calls = Promise.allSettled(Array.from({ length: 5 }, () => scene.client.fetch('me')));
  await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
  scene.server.clock.advance(15_000);
  for (const result of await calls) {
    expect(result).toMatchObject({ status: 'rejected', reason: { name: 'RefreshUnavailableError' } });
  }
  const { refreshToken } = scene.stored();
  scene.server.clock.advance(25_000);
  await vi.waitFor(() => expect(scene.stored().refreshToken).not.toBe(refreshToken));
  expect((await scene.client.fetch('me')).status).toBe(200);
  expect(scene.count('refresh')).toBe(1);
});
