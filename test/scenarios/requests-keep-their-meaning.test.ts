import type { AuthClient } from '@latchkey/client';
import { HTTPError } from 'ky';
import { expect, it, vi } from 'vitest';
import { atRest, baseUrl, live, signedIn } from '../support/scene.ts';

for (const [what, input] of Object.entries({
  'a path': 'me',
  'a path from the root': '/me',
  'a path with dots': './x/../me',
  'a URL': new URL('me', baseUrl),
  'an absolute address': `${baseUrl}me?a=1#b`,
  'a Request': new Request(`${baseUrl}me`),
})) {
  for (const method of ['GET', 'HEAD']) {
    it(`${method} of ${what} is refreshed for, and sent again where it was refused (R1)`, async () => {
      const { server, client, count } = await signedIn();
      server.clock.advance('20m');
      expect((await client.fetch(input, { method })).status).toBe(200);
      await server.keys.rotate({ immediately: true });
      expect((await client.fetch(input instanceof Request ? input.clone() : input, { method })).status).toBe(200);
      expect(count('refresh')).toBe(2);
      expect(count('me')).toBe(3);
    });
  }
}

it('init counts over the Request it comes with, on the second try, too', async () => {
  const { server, client } = await signedIn();
  await server.keys.rotate({ immediately: true });
  const request = new Request(`${baseUrl}echo`, { method: 'POST', body: 'old', headers: { 'x-a': '1', 'x-b': '1' } });
  const echo = await (await client.fetch(request, { method: 'PUT', body: 'newer', headers: { 'x-a': '2' } })).json();
  expect(echo).toMatchObject({ method: 'PUT', body: { length: 5 }, headers: { 'x-a': '2' } });
  expect((echo as { headers: object }).headers).not.toHaveProperty('x-b');
});

it('auth: false sends no token, waits for nothing, and leaves a 401 to the caller (F5)', async () => {
  const { server, client, count, tab } = await signedIn();
  server.clock.advance('20m');
  expect((await client.fetch('me', { auth: false })).status).toBe(401);
  expect((await client.fetch(new Request(`${baseUrl}me`), { auth: false })).status).toBe(401);
  expect((await client.api.get('me', { context: { auth: false }, throwHttpErrors: false })).status).toBe(401);
  server.clock.advance('8d');
  expect((await client.fetch('me', { auth: false })).status).toBe(401);
  expect(count('refresh')).toBe(0);
  expect(tab.heard).not.toContain('signed-out');
});

for (const [what, headers, refreshes] of [
  ['no challenge', {}, 1],
  ['a challenge of another kind', { 'www-authenticate': 'Basic realm="api"' }, 1],
  ['invalid_token in another case', { 'www-authenticate': 'bearer ERROR="invalid_token"' }, 1],
  ['two challenges', { 'www-authenticate': 'Basic realm="x", Bearer error="invalid_token"' }, 1],
  ['a Bearer challenge that names no error', { 'www-authenticate': 'Bearer realm="api"' }, 1],
  ['a bare Bearer challenge', { 'www-authenticate': 'Bearer' }, 1],
  ['insufficient_scope', { 'www-authenticate': 'Bearer error="insufficient_scope"' }, 0],
  ['a step-up challenge', { 'www-authenticate': 'Bearer error="insufficient_user_authentication", acr_values="x"' }, 0],
] as const) {
  it(`a 401 with ${what} costs ${refreshes} refreshes, by fetch and by client.api (I2, F11)`, async () => {
    for (const ask of [
      (client: AuthClient) => client.fetch('me'),
      (client: AuthClient) => client.api.get('me', { throwHttpErrors: false, retry: 0 }),
    ]) {
      const { server, client, count } = await signedIn();
      server.faults.next('me', { status: 401, headers });
      expect((await ask(client as AuthClient)).status).toBe(refreshes === 1 ? 200 : 401);
      expect(count('refresh')).toBe(refreshes);
      expect(count('me')).toBe(1 + refreshes);
    }
  });
}

it('a step-up challenge can be answered by the application, which sends the request again itself (F11)', async () => {
  const { server, client, count } = await signedIn();
  const challenge = 'Bearer error="insufficient_user_authentication", max_age="300"';
  server.faults.next('me', { status: 401, headers: { 'www-authenticate': challenge } });
  const response = await client.fetch('me');
  expect(response.headers.get('www-authenticate')).toBe(challenge);
  await client.login({ username: 'ada', password: 'ada-password' });
  expect((await client.fetch('me')).status).toBe(200);
  expect(count('refresh')).toBe(0);
});

for (const status of [403, 419, 440, 500]) {
  it(`a ${status} is passed on, and is an expiry only where the application says so (I2)`, async () => {
    const plain = await signedIn();
    plain.server.faults.next('me', { status, body: { why: 'x' } });
    const response = await plain.client.fetch('me');
    expect([response.status, await response.json()]).toEqual([status, { why: 'x' }]);
    expect(plain.count('refresh')).toBe(0);
    const told = await signedIn({}, { isTokenExpired: (answer) => answer.status === status });
    told.server.faults.next('me', { status });
    expect((await told.client.fetch('me')).status).toBe(200);
    expect(told.count('refresh')).toBe(1);
    told.server.faults.next('me', { status });
    expect((await told.client.api.get('me', { retry: 0 })).status).toBe(200);
  });
}

it('whoever is aborted while all wait for one refresh is let go, and the others get their answers (R1)', async () => {
  const scene = await signedIn();
  const { server, client, count } = scene;
  server.clock.advance('20m');
  server.faults.next('refresh', { delay: 1000 });
  const abort = new AbortController();
  const reason = new Error('changed my mind');
  const { signal } = abort;
  const gone = [
    client.fetch('me', { signal }),
    client.fetch(new Request(`${baseUrl}me`, { signal })),
    client.api.get('me', { signal, retry: 0 }),
    client.getAccessToken({ signal }),
    client.refresh({ signal }),
  ].map((call) => call.then(String, (error: Error) => error.message));
  const others = [client.fetch('me'), client.api.get('me'), client.fetch('me')];
  await vi.waitFor(() => expect(count('refresh')).toBe(1));
  abort.abort(reason);
  expect(await Promise.all(gone)).toEqual(Array(5).fill('changed my mind'));
  server.clock.advance(1000);
  expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(count('refresh')).toBe(1);
  expect(count('me')).toBe(3);
  // One that was aborted before it began asks for nothing.
  server.clock.advance('20m');
  await expect(client.fetch('me', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  await atRest(scene);
  expect(count('me')).toBe(3);
});

it('a token that must last longer than any does costs one refresh a minute at most, and is the best there is (F2)', async () => {
  const scene = await signedIn();
  const { server, client, count } = scene;
  server.clock.advance('10m');
  for (let ask = 0; ask < 20; ask++) {
    expect(await client.getAccessToken({ minValidity: 24 * 3_600_000 })).toBe(scene.stored().accessToken);
  }
  expect(count('refresh')).toBe(1);
  server.clock.advance('10m');
  await client.getAccessToken({ minValidity: Number.POSITIVE_INFINITY });
  expect(count('refresh')).toBe(2);
});

it('client.api: hooks see each attempt once, retries count on, and errors carry the final answer (P2)', async () => {
  const scene = await signedIn();
  const { server, client, count } = scene;
  const seen: string[] = [];
  const hooks = {
    beforeRequest: [
      ({ request }: { request: Request }) => void seen.push(`before ${request.headers.has('authorization')}`),
    ],
    beforeRetry: [({ retryCount }: { retryCount: number }) => void seen.push(`retry ${retryCount}`)],
    afterResponse: [({ response }: { response: Response }) => void seen.push(`after ${response.status}`)],
  };
  await server.keys.rotate({ immediately: true });
  server.faults.next('me', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  server.faults.next('me', { status: 503 }, 2);
  server.faults.next('refresh', { delay: 4000 });
  const api = client.api.extend({ hooks, retry: { limit: 2, delay: () => 1 }, timeout: 5000 });
  const response = api.get('me');
  await vi.waitFor(() => expect(count('refresh')).toBe(1));
  server.clock.advance(4000);
  expect((await response).status).toBe(200);
  expect(count('refresh')).toBe(1);
  expect(count('me')).toBe(4);
  expect(seen).toEqual(['before false', 'after 503', 'retry 1', 'after 503', 'retry 2', 'after 200']);
  server.faults.next('me', { status: 404, body: { why: 'gone' } });
  const error = await api.get('me').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HTTPError);
  expect((error as HTTPError).response.status).toBe(404);
});

it('client.api does not retry on its own what no retry can help: no session, lapsed, refused, another user (P2)', async () => {
  const scene = await signedIn({}, { ky: { retry: { limit: 5, delay: () => 1 } } });
  const { server, client, count } = scene;
  server.clock.advance('8d');
  await expect(client.api.get('me')).rejects.toMatchObject({ name: 'LoginRequiredError' });
  expect(count('me') + count('refresh')).toBe(0);
  client.adoptTokens(await server.seedSession('ada'));
  await server.sessions.revoke(scene.stored().sid);
  await expect(client.api.get('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  expect(count('refresh')).toBe(1);
  client.adoptTokens(await server.seedSession('ada'));
  server.clock.advance('20m');
  server.faults.next('refresh', { status: 503 }, 10);
  const down = expect(client.api.get('me')).rejects.toMatchObject({ name: 'RefreshUnavailableError', status: 503 });
  await live(scene, 3000, 50);
  await down;
  expect(count('refresh')).toBeLessThanOrEqual(3);
});
