import { createAuthClient } from '@latchkey/client';
import { dpopFetch } from '@latchkey/client/dpop';
import { expect, it, vi } from 'vitest';
import { ada, bob, boundScene } from '../support/bound-scene.ts';
import { baseUrl } from '../support/scene.ts';

it('a session is bound to a key: calls, refreshes and the nonce just work (DPP-1, DPP-5)', async () => {
  const { server, open } = boundScene();
  const client = open();
  await client.login(ada);
  expect(client.session).toMatchObject({ claims: { cnf: { jkt: expect.any(String) } } });
  expect((await client.fetch('me')).status).toBe(200);
  server.clock.advance('20m');
  expect((await client.fetch('echo', { method: 'POST', body: 'text' })).status).toBe(200);
  expect(await client.api.get('me').json()).toMatchObject({ sub: 'ada' });
  server.clock.advance('6d');
  expect((await client.fetch('me')).status).toBe(200);
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
});

it('tokens copied elsewhere can neither call the API nor refresh; all they can do is end their session (TST-23)', async () => {
  const { server, platform, fetch, open, stored } = boundScene();
  const victim = open();
  await victim.login(ada);
  const { accessToken, refreshToken } = stored();
  const thief = createAuthClient({ baseUrl, platform, fetch, storage: 'memory' });
  thief.adoptTokens({ access_token: accessToken, refresh_token: refreshToken, expires_in: 1200 });
  expect((await thief.fetch('me', { headers: {} }).catch((error: unknown) => error)) instanceof Error).toBe(true);
  await expect(thief.refresh()).rejects.toThrow();
  expect((await victim.fetch('me')).status).toBe(200);
  server.clock.advance('20m');
  expect((await victim.fetch('me')).status).toBe(200);
  const form = new URLSearchParams({ access_token: stored().accessToken, refresh_token: stored().refreshToken });
  expect((await fetch(`${baseUrl}auth/logout`, { method: 'POST', body: form })).status).toBe(200);
  await expect(victim.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
});

it('a key that is lost ends the session, here and on the server, and nothing goes out unbound (DPP-9)', async () => {
  const { server, open } = boundScene();
  const client = open();
  await client.login(ada);
  await new Promise<void>((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase('latchkey-dpop');
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });
  const reopened = open();
  const before = server.requests.length;
  await expect(reopened.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  expect(reopened.session.status).toBe('signed-out');
  expect(server.requests.slice(before).map(({ endpoint }) => endpoint)).not.toContain('me');
  expect((await server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
});

it('a session that began with tokens handed over is bound by its first refresh', async () => {
  const { server, open } = boundScene();
  const client = open();
  client.adoptTokens(await server.seedSession('ada'));
  expect((await client.fetch('me')).status).toBe(200);
  await client.refresh();
  expect(client.session).toMatchObject({ claims: { cnf: { jkt: expect.any(String) } } });
  expect((await client.fetch('me')).status).toBe(200);
});

it('an update that binds sessions to a key keeps the one whose last refresh lost its answer', async () => {
  const { server, platform, fetch, open } = boundScene();
  const before = createAuthClient({ baseUrl, platform, fetch });
  await before.login(ada);
  server.faults.next('refresh', { loseResponse: true });
  server.faults.next('refresh', { networkError: true }, Number.POSITIVE_INFINITY);
  await expect(before.refresh()).rejects.toThrow();
  before.dispose();
  server.faults.clear();
  const updated = open();
  await updated.refresh();
  expect((await updated.fetch('me')).status).toBe(200);
  await updated.refresh();
  expect(updated.session).toMatchObject({ status: 'signed-in', claims: { cnf: { jkt: expect.any(String) } } });
});

it('logging in as another user leaves the new key alone when the old session is retired', async () => {
  const { server, open } = boundScene();
  const client = open();
  await client.login(ada);
  await client.login(bob);
  await vi.waitFor(async () => expect((await server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull());
  await new Promise((turn) => setTimeout(turn, 10));
  expect(await (await client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
  server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
});

it('a server that binds nothing is refused, unless that is said to be all right (DPP-7)', async () => {
  const { server, platform, stored } = boundScene();
  const seen: string[] = [];
  const deaf: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    seen.push(new URL(request.url).pathname);
    request.headers.delete('dpop');
    return server.fetch(request);
  };
  const open = (required: boolean) =>
    createAuthClient({ baseUrl, platform, fetch: dpopFetch({ baseUrl, fetch: deaf, required, now: platform.now }) });
  await expect(open(true).login(ada)).rejects.toMatchObject({ name: 'LoginFailedError', error: 'dpop_not_supported' });
  expect(seen).toEqual(['/auth/login', '/auth/revoke']);
  expect(stored()).toEqual({});
  const client = open(false);
  await client.login(ada);
  expect((await client.fetch('me')).status).toBe(200);
});

it('an answer that is lost is given again to the key, eight hours later (TST-10, DPP-8)', async () => {
  const { server, open } = boundScene();
  const client = open();
  await client.login(ada);
  server.clock.advance('20m');
  server.faults.next('refresh', { loseResponse: true }, 5);
  await expect(client.refresh()).rejects.toMatchObject({ name: 'RefreshUnavailableError' });
  server.faults.clear();
  server.clock.advance('8h');
  expect((await client.fetch('me')).status).toBe(200);
});

it('where the browser keeps no keys, logins fail before anything is sent, unless that is said to be all right', async () => {
  const { server, platform, fetch, stored } = boundScene();
  vi.stubGlobal('indexedDB', undefined);
  try {
    const open = (required: boolean) =>
      createAuthClient({ baseUrl, platform, fetch: dpopFetch({ baseUrl, fetch, required, now: platform.now }) });
    await expect(open(true).login(ada)).rejects.toMatchObject({ error: 'dpop_not_supported' });
    expect([server.requests.length, stored()]).toEqual([0, {}]);
    const client = open(false);
    await client.login(ada);
    expect((await client.fetch('me')).status).toBe(200);
    await client.refresh({ force: true });
    expect((await client.fetch('me')).status).toBe(200);
  } finally {
    vi.unstubAllGlobals();
  }
});

it('a key that cannot be kept ends the session that it was made for', async () => {
  const { server, open, stored } = boundScene();
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  await expect(open().login(ada)).rejects.toMatchObject({ error: 'dpop_not_supported' });
  put.mockRestore();
  expect(stored()).toEqual({});
  expect((await server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
});

it('the private key cannot be read, and a logout removes it (DPP-1)', async () => {
  const { open } = boundScene();
  const client = open();
  await client.login(ada);
  const keys = (): Promise<{ privateKey: CryptoKey }[]> =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open('latchkey-dpop', 1);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const all = opening.result.transaction('keys').objectStore('keys').getAll();
        all.onsuccess = () => resolve(all.result.flat());
        opening.result.close();
      };
    });
  const [key] = await keys();
  if (!key) throw new Error('No key is kept.');
  expect(key.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('jwk', key.privateKey)).rejects.toThrow();
  await client.logout();
  await vi.waitFor(async () => expect(await keys()).toEqual([]));
});

for (const skew of [365 * 86_400_000, -86_400_000]) {
  it(`a clock that is off by ${skew / 86_400_000} days proves with the time of the server (DPP-2)`, async () => {
    const { server, platform, fetch } = boundScene();
    const now = () => platform.now() + skew;
    const open = () =>
      createAuthClient({ baseUrl, platform: { ...platform, now }, fetch: dpopFetch({ baseUrl, fetch, now }) });
    await open().login(ada);
    expect((await open().fetch('me')).status).toBe(200);
    server.clock.advance('20m');
    const client = open();
    expect((await client.fetch('me')).status).toBe(200);
    expect((await client.logout()).server).toBe('revoked');
  });
}
