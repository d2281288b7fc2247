import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { createScene } from '../support/scene.ts';

it('without WebCrypto, in a page that is not served securely, a session begins, goes on and ends', async () => {
  const { subtle } = crypto;
  let isServer = true;
  const scene = createScene({}, (fetch) => async (...given) => {
    isServer = true;
    try {
      return await fetch(...given);
    } finally {
      isServer = false;
    }
  });
  vi.spyOn(crypto, 'subtle', 'get').mockImplementation(() =>
    isServer ? subtle : (undefined as unknown as typeof subtle),
  );
  isServer = false;
  const { client, heard } = scene.open({ storage: 'local' });
  await client.login({ username: 'ada', password: 'ada-password' });
  scene.server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  expect((await client.logout()).server).toBe('revoked');
  expect(heard).toEqual(['signed-in', 'token-refreshed', 'signed-out']);
});
