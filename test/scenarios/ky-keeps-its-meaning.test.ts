import { HTTPError, TimeoutError } from 'ky';
import { expect, it, vi } from 'vitest';
import { createScene, signedIn } from '../support/scene.ts';

it('waiting for a refresh is not charged to the timeout of a request (P2)', async () => {
  const { server, client } = await signedIn();
  await server.keys.rotate({ immediately: true });
  server.faults.next('refresh', { delay: 4000 });
  const seen: unknown[] = [];
  const hooks = {
    beforeRequest: [() => void seen.push('before')],
    afterResponse: [({ response }: { response: Response }) => void seen.push(response.status)],
  };
  const response = client.api.get('me', { timeout: 1000, retry: { limit: 2 }, hooks });
  await vi.waitFor(() => expect(server.requests.at(-1)?.fault).not.toBeNull());
  server.clock.advance(4000);
  expect((await response).status).toBe(200);
  expect(seen).toEqual(['before', 200]);
  expect(server.requests.map(({ endpoint, status }) => [endpoint, status])).toEqual([
    ['me', 401],
    ['refresh', 200],
    ['me', 200],
  ]);
});

it('a request that takes too long on the network still times out (P2)', async () => {
  const { server, client } = await signedIn();
  server.faults.next('me', { delay: 5000 });
  const response = client.api.get('me', { timeout: 1000, retry: 0 }).catch((error: unknown) => error);
  for (let step = 0; step < 20; step++) {
    await new Promise(setImmediate);
    server.clock.advance(100);
  }
  expect(await response).toBeInstanceOf(TimeoutError);
});

it('a 503 after the resend is retried as the caller wants, and an error carries the final answer (P2)', async () => {
  const { server, client, count } = await signedIn();
  await server.keys.rotate({ immediately: true });
  server.faults.next('me', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  server.faults.next('me', { status: 503 });
  const response = await client.api.get('me', { retry: { limit: 1, delay: () => 1 } });
  expect(response.status).toBe(200);
  expect(count('me')).toBe(3);
  expect(count('refresh')).toBe(1);

  server.faults.next('me', { status: 418 });
  const error = await client.api.get('me', { retry: 0 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HTTPError);
  expect((error as HTTPError).response.status).toBe(418);
  server.faults.next('me', { status: 418 });
  expect((await client.api.get('me', { throwHttpErrors: false })).status).toBe(418);
});

it('an Authorization of the caller is never overwritten, and context: { auth: false } sends none (P2, F5)', async () => {
  const seen: (string | null)[] = [];
  const scene = createScene({}, (fetch) => (input, init) => {
    seen.push(new Request(input, init).headers.get('authorization'));
    return fetch(input, init);
  });
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  await client.api.get('me', { headers: { authorization: 'Basic eDp5' }, throwHttpErrors: false });
  await client.api.get('me', { context: { auth: false }, throwHttpErrors: false });
  await client.api.get('https://elsewhere.test/me', { throwHttpErrors: false });
  await client.api.get('me');
  expect(seen).toEqual(['Basic eDp5', null, null, expect.stringMatching(/^Bearer /)]);
  expect(scene.count('refresh')).toBe(0);
});

it('an instance extended from client.api works the same way', async () => {
  const { server, client, count } = await signedIn();
  const api = client.api.extend({ headers: { 'x-app': 'one' }, timeout: 3000 });
  server.clock.advance('20m');
  const echo = await api.post('echo', { body: new FormData() }).json<{ headers: Record<string, string> }>();
  expect(echo.headers['x-app']).toBe('one');
  expect(count('refresh')).toBe(1);
  await vi.waitFor(() => expect(count('echo')).toBe(1));
});
