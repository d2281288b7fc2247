import { expect, it, vi } from 'vitest';
import { signedIn } from '../support/scene.ts';

it('inside the margin a request is sent at once and the token is refreshed behind it', async () => {
  const { server, client, count, tab } = await signedIn();
  server.clock.advance('19m 30s');
  server.faults.next('refresh', { never: true });
  expect((await client.fetch('me')).status).toBe(200);
  await vi.waitFor(() => expect(count('refresh')).toBe(1));
  expect(tab.heard).not.toContain('signed-out');
});

it('before the margin nothing is refreshed', async () => {
  const { server, client, count } = await signedIn();
  server.clock.advance('18m 50s');
  expect((await client.fetch('me')).status).toBe(200);
  expect(count('refresh')).toBe(0);
});

it('an idle tab never refreshes (T4)', async () => {
  const { server, count, tab } = await signedIn();
  server.clock.advance('6d');
  expect(count('refresh')).toBe(0);
  server.clock.advance('2d');
  expect(tab.events).toContainEqual({ type: 'lapsed', origin: 'this-tab', reason: 'window-passed' });
  expect(count('refresh')).toBe(0);
});
