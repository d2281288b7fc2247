import { expect, it } from 'vitest';
import { createAuthServer } from '../create-auth-server.ts';
import { serve } from '../node.ts';
import { bearer, direct, testServer } from '../testing/api.ts';

/*
 * Kind: what is there for tests is served where nobody asked for it.
 */

it('nothing echoes unless the options ask for it: not the path, nothing below it, no method (OX18)', async () => {
  const server = createAuthServer();
  const { access_token } = await server.seedSession('ada');
  const send = direct(server);
  for (const path of ['echo', 'echo/', 'echo/some/thing', 'echo?x=1']) {
    for (const method of ['GET', 'POST', 'PUT']) {
      expect((await send(path, { ...bearer(access_token), method })).status).toBe(404);
    }
  }
  expect(server.serves('https://api.example/echo')).toBe(false);
  expect(server.serves('https://api.example/v1/echo/x', '/v1')).toBe(false);
});

it('over HTTP nothing echoes either, and a body for it is not kept (OX18)', async () => {
  const { url, close } = await serve(createAuthServer());
  const answer = await fetch(new URL('echo', url), { method: 'POST', body: new Uint8Array(1_000_000) });
  expect(answer.status).toBe(404);
  await close();
});

it('where the options ask for it, it echoes (OX18)', async () => {
  const { server } = testServer({ echo: true });
  const { access_token } = await server.seedSession('ada');
  expect((await direct(server)('echo', bearer(access_token))).status).toBe(200);
  expect(server.serves('https://api.example/echo')).toBe(true);
});
