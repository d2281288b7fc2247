import type { AuthClient } from '@latchkey/client';
import { expect, it, vi } from 'vitest';
import { createScene, openUnaware, signedIn } from '../support/scene.ts';

// Kind: what cannot go through `client.fetch` loses what that promises.

const ada = { username: 'ada', password: 'ada-password' };
const bob = { username: 'bob', password: 'bob-password' };

it('three late 401s of what has no fetch cause one refresh, and so do those that come after it (OC19)', async () => {
  const { server, client, count, stored } = await signedIn();
  const refused = await client.getAccessToken();
  await server.keys.rotate({ immediately: true });
  const tokens = await Promise.all([1, 2, 3].map(() => client.getAccessToken({ refused })));
  expect(tokens).toEqual(Array(3).fill(stored().accessToken));
  expect(tokens[0]).not.toBe(refused);
  expect(await client.getAccessToken({ refused })).toBe(stored().accessToken);
  expect(count('refresh')).toBe(1);
});

it('it shares the refresh with requests, and with other tabs (OC19)', async () => {
  const scene = await signedIn();
  const { server, client, count, stored } = scene;
  const other = scene.open();
  const refused = await client.getAccessToken();
  expect(await other.client.getAccessToken()).toBe(refused);
  await server.keys.rotate({ immediately: true });
  const [token, response, elsewhere] = await Promise.all([
    client.getAccessToken({ refused }),
    client.fetch('me'),
    other.client.getAccessToken({ refused }),
  ]);
  expect([token, elsewhere]).toEqual(Array(2).fill(stored().accessToken));
  expect(response.status).toBe(200);
  expect(count('refresh')).toBe(1);
});

it('a newer token is given at once; one that has expired meanwhile is refreshed (OC19)', async () => {
  const { server, client, count, stored } = await signedIn();
  const refused = await client.getAccessToken();
  await client.refresh();
  expect(await client.getAccessToken({ refused })).toBe(stored().accessToken);
  expect(count('refresh')).toBe(1);
  server.clock.advance('20m');
  expect(await client.getAccessToken({ refused })).toBe(stored().accessToken);
  expect(count('refresh')).toBe(2);
});

for (const [what, change] of Object.entries<(client: AuthClient) => Promise<unknown>>({
  'another user has logged in': (client) => client.login(bob),
  'the same user has a new session': (client) => client.login(ada),
})) {
  it(`where ${what}, no token is given for that of the session before (OC19)`, async () => {
    const { client, count } = await signedIn();
    const refused = await client.getAccessToken();
    await change(client);
    await expect(client.getAccessToken({ refused })).rejects.toMatchObject({ name: 'SessionChangedError' });
    expect(count('refresh')).toBe(0);
  });
}

it('nobody becomes another user while the refresh is under way (OC19)', async () => {
  const { server, client, count } = await signedIn();
  const refused = await client.getAccessToken();
  server.faults.next('refresh', { delay: 1000 });
  const token = client.getAccessToken({ refused });
  const outcome = expect(token).rejects.toMatchObject({ name: 'SessionChangedError' });
  await vi.waitFor(() => expect(count('refresh')).toBe(1));
  await client.login(bob);
  server.clock.advance(1000);
  await outcome;
});

it('a token of before the page was loaded again is known by its user; one that says no user is not exchanged (OC19)', async () => {
  const scene = await signedIn();
  const refused = await scene.client.getAccessToken();
  await scene.client.refresh();
  const again = scene.open().client;
  expect(await again.getAccessToken({ refused })).toBe(scene.stored().accessToken);
  for (const unknown of ['opaque-token-of-somebody', 'a.b.c']) {
    await expect(again.getAccessToken({ refused: unknown })).rejects.toMatchObject({ name: 'SessionChangedError' });
  }
  await again.login(bob);
  await expect(scene.open().client.getAccessToken({ refused })).rejects.toMatchObject({ name: 'SessionChangedError' });
  expect(scene.count('refresh')).toBe(1);
});

it('without a session there is none to give (OC19)', async () => {
  const { client, count } = await signedIn();
  const refused = await client.getAccessToken();
  await client.logout();
  await expect(client.getAccessToken({ refused })).rejects.toMatchObject({ name: 'NotSignedInError' });
  expect(count('refresh')).toBe(0);
});

it('refreshes end where new tokens are refused, too; the session goes on, and later ones help again (OC19)', async () => {
  const { server, client, count, tab } = await signedIn();
  let refused = await client.getAccessToken();
  const errors: unknown[] = [];
  for (let request = 0; request < 20; request++) {
    refused = await client.getAccessToken({ refused }).catch((error: unknown) => {
      errors.push(error);
      return refused;
    });
  }
  expect(count('refresh')).toBe(3);
  expect(errors[0]).toMatchObject({ name: 'RefreshUnavailableError', retryAfter: expect.any(Number), retryable: true });
  expect(tab.heard).not.toContain('signed-out');
  expect(await client.getAccessToken()).toBe(refused);
  expect((await client.fetch('me')).status).toBe(200);
  server.clock.advance('61s');
  expect(await client.getAccessToken({ refused })).not.toBe(refused);
  expect(count('refresh')).toBe(4);
});

it('requests and refused tokens share that limit (OC19)', async () => {
  const { server, client, count } = await signedIn();
  server.faults.next('echo', { status: 401 }, 6);
  for (const method of ['GET', 'POST', 'PUT']) expect((await client.fetch('echo', { method })).status).toBe(401);
  expect(count('refresh')).toBe(3);
  const refused = await client.getAccessToken();
  await expect(client.getAccessToken({ refused })).rejects.toMatchObject({ name: 'RefreshUnavailableError' });
  expect(count('refresh')).toBe(3);
});

it('two tabs that see nothing of each other are exchanged for by one pair (OC19)', async () => {
  const scene = createScene();
  const first = scene.open().client;
  first.adoptTokens(await scene.server.seedSession('ada'));
  const refused = await first.getAccessToken();
  const other = openUnaware(scene).client;
  await scene.server.keys.rotate({ immediately: true });
  const tokens = await Promise.all([first.getAccessToken({ refused }), other.getAccessToken({ refused })]);
  for (const token of tokens) expect(token).not.toBe(refused);
  expect((await other.fetch('me')).status).toBe(200);
});

it('waiting can be given up, and only that (OC19)', async () => {
  const { server, client, count } = await signedIn();
  const refused = await client.getAccessToken();
  server.faults.next('refresh', { delay: 1000 });
  const abort = new AbortController();
  const given = expect(client.getAccessToken({ refused, signal: abort.signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  const other = client.getAccessToken({ refused });
  await vi.waitFor(() => expect(count('refresh')).toBe(1));
  abort.abort();
  await given;
  server.clock.advance(1000);
  expect(await other).not.toBe(refused);
  expect(count('refresh')).toBe(1);
});

it('a user who logs in again in place gets a token of the new session (OC19)', async () => {
  const { server, client, stored } = await signedIn({}, { onLoginRequired: () => client.login(ada) });
  const refused = await client.getAccessToken();
  await server.sessions.revoke(stored().sid);
  expect(await client.getAccessToken({ refused })).toBe(stored().accessToken);
  expect((await client.fetch('me')).status).toBe(200);
});

for (const wrong of ['', 7, {}]) {
  it(`${JSON.stringify(wrong)} is no token: refused where the mistake is (OC19)`, async () => {
    const { client } = await signedIn();
    await expect(client.getAccessToken({ refused: wrong as never })).rejects.toMatchObject({
      name: 'ConfigurationError',
    });
  });
}
