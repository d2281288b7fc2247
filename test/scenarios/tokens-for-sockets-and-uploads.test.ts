import { runningClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { createScene, live, signedIn } from '../support/scene.ts';

it('getAccessToken gives a token that lasts as long as needed, with one refresh shared with requests (I1)', async () => {
  const { server, client, count, stored } = await signedIn();
  expect(await client.getAccessToken()).toBe(stored().accessToken);
  expect(await client.getAccessToken({ minValidity: 60_000 })).toBe(stored().accessToken);
  expect(count('refresh')).toBe(0);
  server.clock.advance('15m');
  const [token] = await Promise.all([client.getAccessToken({ minValidity: 600_000 }), client.refresh()]);
  expect(token).toBe(stored().accessToken);
  expect(count('refresh')).toBe(1);
  await client.logout();
  await expect(client.getAccessToken()).rejects.toMatchObject({ name: 'NotSignedInError', code: 'ERR_NOT_SIGNED_IN' });
});

it('aborting stops the waiting of one caller, not the refresh of the others', async () => {
  const { server, client, count } = await signedIn();
  server.clock.advance('20m');
  const abort = new AbortController();
  const given = expect(client.getAccessToken({ signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  const request = expect(client.fetch('me', { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  const other = client.fetch('me');
  abort.abort();
  await Promise.all([given, request]);
  expect((await other).status).toBe(200);
  expect(count('refresh')).toBe(1);
  expect(count('me')).toBe(1);
});

it('refresh({ force: true }) does not join a flight that began before it (F7)', async () => {
  const { client, count } = await signedIn();
  await Promise.all([
    client.refresh(),
    client.refresh(),
    client.refresh({ force: true }),
    client.refresh({ force: true }),
  ]);
  expect(count('refresh')).toBe(2);
});

it('background refreshes that fail for an hour reject nothing unseen, and are told of (D1, N6)', async () => {
  const scene = createScene();
  const tab = scene.open({ renew: 'while-visible' });
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.faults.next('refresh', { status: 503 }, 1000);
  await live(scene, 60 * 60_000, 10_000);
  expect(tab.heard).not.toContain('signed-out');
  const failed = tab.heard.filter((type) => type === 'refresh-failed').length;
  expect(failed).toBe(scene.count('refresh'));
  expect(failed).toBeLessThanOrEqual(15);
  expect(failed).toBeGreaterThan(3);
});

it('Retry-After is honoured by every tab (N6)', async () => {
  const scene = createScene({ clock: runningClock() });
  const tabs = Array.from({ length: 20 }, () => scene.open());
  tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { status: 429, headers: { 'retry-after': '120' } });
  const results = await Promise.allSettled(tabs.map(({ client }) => client.fetch('me')));
  for (const { status } of results) expect(status).toBe('rejected');
  expect(scene.count('refresh')).toBe(1);
  scene.server.clock.advance('119s');
  for (const tab of tabs) tab.signal({ type: 'online' });
  for (const { client } of tabs) void client.fetch('me').catch(() => {});
  await new Promise((turn) => setTimeout(turn, 20));
  expect(scene.count('refresh')).toBe(1);
  scene.server.clock.advance('1s');
  expect((await scene.open().client.fetch('me')).status).toBe(200);
  expect(scene.count('refresh')).toBe(2);
});
