import { expect, it, vi } from 'vitest';
import { createScene } from '../support/scene.ts';

it('requests that need a login wait for it and go on when the same user comes back (F3)', async () => {
  const scene = createScene();
  const ask = vi.fn(async (): Promise<void> => {
    await client.login({ username: 'ada', password: 'ada-password' });
  });
  const { client } = scene.open({ onLoginRequired: ask });
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('8d');
  const responses = await Promise.all([client.fetch('me'), client.fetch('me'), client.api.get('me')]);
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(ask).toHaveBeenCalledWith('window-passed');
});

it('they do not go on as another user (F3)', async () => {
  const scene = createScene();
  const { client } = scene.open({ onLoginRequired: () => client.login({ username: 'bob', password: 'bob-password' }) });
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('8d');
  await expect(client.fetch('echo', { method: 'DELETE' })).rejects.toMatchObject({ name: 'SessionChangedError' });
  expect(scene.count('echo')).toBe(0);
});

it('a login in another tab lets them go on, too (F3)', async () => {
  const scene = createScene();
  const tab = scene.open({ onLoginRequired: () => new Promise(() => {}) });
  const other = scene.open();
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('8d');
  const response = tab.client.fetch('me');
  await new Promise(setImmediate);
  await other.client.login({ username: 'ada', password: 'ada-password' });
  expect((await response).status).toBe(200);
});

it('a refusal of the refresh asks, too, and a dismissed dialog rejects as it would have without (F3)', async () => {
  const scene = createScene();
  const { client } = scene.open({ onLoginRequired: async () => {} });
  const tokens = await scene.server.seedSession('ada');
  client.adoptTokens(tokens);
  await scene.server.sessions.revoke(tokens.sid ?? '');
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
});
