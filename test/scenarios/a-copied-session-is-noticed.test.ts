import 'fake-indexeddb/auto';
import { type AuthClientOptions, createAuthClient } from '@latchkey/client';
import { cheapPasswordHasher, createAuthServer, platformOf } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { fetchFrom } from '../support/open-tab.ts';
import { baseUrl, users } from '../support/scene.ts';

/** A victim in a browser that keeps keys, and a thief elsewhere with a copy of the stored session. */
async function theft(replayWindow?: number) {
  const server = createAuthServer({
    users,
    passwordHasher: cheapPasswordHasher(),
    ...(replayWindow !== undefined && { policy: { replayWindow } }),
  });
  const at = { baseUrl, platform: platformOf(server.clock), fetch: fetchFrom(server) };
  const victim = createAuthClient(at);
  await victim.login({ username: 'ada', password: 'ada-password' });
  const copy = new Map([['latchkey', localStorage.getItem('latchkey') ?? '']]);
  const storage: AuthClientOptions['storage'] = {
    getItem: (key) => copy.get(key) ?? null,
    setItem: (key, value) => void copy.set(key, value),
    removeItem: (key) => void copy.delete(key),
  };
  const thief = createAuthClient({ ...at, storage });
  const keys = (): (string | null)[] =>
    server.requests.filter(({ endpoint }) => endpoint === 'refresh').map(({ idempotencyKey }) => idempotencyKey);
  const newPage = () => {
    victim.dispose();
    return createAuthClient(at);
  };
  return { server, victim, thief, copy, keys, newPage };
}

it('what is stored holds no key to copy', async () => {
  const { copy } = await theft();
  expect(JSON.parse(copy.get('latchkey') ?? '')).not.toHaveProperty('secret');
});

it('a thief who refreshes first is found out at the next refresh of the owner (TST-10)', async () => {
  const { server, victim, thief, keys } = await theft();
  server.clock.advance('20m');
  expect((await thief.fetch('me')).status).toBe(200);
  server.clock.advance('30s');
  await expect(victim.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  expect(keys()).toEqual([null, expect.any(String)]);
  await expect(thief.refresh()).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  expect((await server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
  expect(server.securityEvents.length).toBeGreaterThan(0);
});

it('a thief who comes second, within the replay window, ends the session and gets nothing (TST-10)', async () => {
  const { server, victim, thief } = await theft();
  server.clock.advance('20m');
  expect((await victim.fetch('me')).status).toBe(200);
  server.clock.advance('30s');
  await expect(thief.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  await expect(victim.refresh()).rejects.toMatchObject({ name: 'RefreshRejectedError' });
});

/** Whoever has the refresh token alone, from a log say: an ordinary OAuth client elsewhere. */
const refreshWith = ({ server, copy }: Awaited<ReturnType<typeof theft>>) => {
  const { refreshToken } = JSON.parse(copy.get('latchkey') ?? '{}') as { refreshToken: string };
  const form = { grant_type: 'refresh_token', client_id: 'spa', refresh_token: refreshToken };
  return server.fetch(new Request(`${baseUrl}auth/refresh`, { method: 'POST', body: new URLSearchParams(form) }));
};

it('a thief with the refresh token alone who goes first is found out at the next refresh of the owner (TST-10)', async () => {
  const scene = await theft();
  const { server, victim } = scene;
  server.clock.advance('20m');
  const stolen = (await (await refreshWith(scene)).json()) as { access_token: string };
  server.clock.advance('30s');
  await expect(victim.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  const call = await server.fetch(
    new Request(`${baseUrl}me`, { headers: { authorization: `Bearer ${stolen.access_token}` } }),
  );
  expect(call.status).toBe(401);
  expect(server.securityEvents.map(({ type }) => type)).toContain('reuse');
});

for (const later of ['30s', '15m'] as const) {
  it(`a thief with the refresh token alone who comes ${later} after the owner gets nothing, and the session ends (TST-10)`, async () => {
    const scene = await theft();
    const { server, victim } = scene;
    server.clock.advance('20m');
    await victim.refresh();
    server.clock.advance(later);
    expect(await (await refreshWith(scene)).json()).toMatchObject({ error: 'invalid_grant', reason: 'revoked' });
    await expect(victim.refresh({ force: true })).rejects.toMatchObject({ name: 'RefreshRejectedError' });
    expect(server.securityEvents.map(({ type }) => type)).toContain('reuse');
  });
}

it('a thief inside the page has the key, too: within the replay window nothing tells him from a second tab (TST-10, IDM-8)', async () => {
  const { server, victim } = await theft();
  const inThePage = createAuthClient({
    baseUrl,
    platform: { ...platformOf(server.clock), locks: null },
    fetch: fetchFrom(server),
  });
  server.clock.advance('20m');
  await Promise.all([victim.refresh(), inThePage.refresh()]);
  expect((await victim.fetch('me')).status).toBe(200);
  expect((await inThePage.fetch('me')).status).toBe(200);
  expect(server.securityEvents.map(({ type }) => type)).not.toContain('reuse');
});

it('where the secret has to live in the record, a copy of all of it can repeat a refresh for the replay window, and no longer (IDM-8)', async () => {
  const server = createAuthServer({ users, passwordHasher: cheapPasswordHasher() });
  const at = { baseUrl, platform: platformOf(server.clock), fetch: fetchFrom(server) };
  const storageOf = (values: Map<string, string>): NonNullable<AuthClientOptions['storage']> => ({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  });
  const own = new Map<string, string>();
  const victim = createAuthClient({ ...at, storage: storageOf(own) });
  await victim.login({ username: 'ada', password: 'ada-password' });
  const open = (copied: ReadonlyMap<string, string>) =>
    createAuthClient({ ...at, storage: storageOf(new Map(copied)) });
  const copy = new Map(own);
  server.clock.advance('20m');
  await victim.refresh();
  server.clock.advance('30s');
  expect((await open(copy).fetch('me')).status).toBe(200);
  server.clock.advance('121s');
  await expect(open(copy).fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  await expect(victim.refresh({ force: true })).rejects.toMatchObject({ name: 'RefreshRejectedError' });
});

it('two tabs that refresh at once, without locks, send one key and both stay signed in (TST-10)', async () => {
  const { server, victim, keys } = await theft();
  const other = createAuthClient({
    baseUrl,
    platform: { ...platformOf(server.clock), locks: null },
    fetch: fetchFrom(server),
  });
  server.clock.advance('20m');
  const statuses = await Promise.all([victim, other].map(async (client) => (await client.fetch('me')).status));
  expect(statuses).toEqual([200, 200]);
  expect(new Set(keys()).size).toBe(1);
  expect(server.securityEvents.map(({ type }) => type)).not.toContain('reuse');
});

it('an answer that is lost eight hours before the next try ends the session: nobody can tell it from a theft (TST-10)', async () => {
  const { server, victim } = await theft();
  server.clock.advance('20m');
  server.faults.next('refresh', { loseResponse: true }, 5);
  await expect(victim.refresh()).rejects.toMatchObject({ name: 'RefreshUnavailableError' });
  server.faults.clear();
  server.clock.advance('8h');
  await expect(victim.refresh()).rejects.toMatchObject({ name: 'RefreshRejectedError' });
});

it('an answer that is lost still logs nobody out, with the same key for both attempts', async () => {
  const { server, victim, keys } = await theft();
  server.clock.advance('20m');
  server.faults.next('refresh', { loseResponse: true });
  expect((await victim.fetch('me')).status).toBe(200);
  const [first, second] = keys();
  expect(first).toBe(second);
  expect(first).not.toBeNull();
});

it('a session begun with tokens handed over moves its key out of the record at the first refresh', async () => {
  const { server, victim } = await theft();
  const stored = (): object => JSON.parse(localStorage.getItem('latchkey') ?? '{}');
  victim.adoptTokens(await server.seedSession('ada'));
  expect(stored()).toHaveProperty('secret');
  await victim.refresh();
  expect(stored()).not.toHaveProperty('secret');
  server.faults.next('refresh', { loseResponse: true });
  await victim.refresh();
});

it('a key that the browser has lost is not replaced by another: the token goes exactly once (IDM-9)', async () => {
  const { server, keys, newPage } = await theft();
  await new Promise<void>((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase('latchkey');
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });
  server.clock.advance('20m');
  expect((await newPage().fetch('me')).status).toBe(200);
  expect(keys()).toEqual([null]);
});

it('a logout takes the key with it', async () => {
  const { victim } = await theft();
  const names = async (): Promise<IDBValidKey[]> =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open('latchkey', 1);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const all = opening.result.transaction('keys').objectStore('keys').getAllKeys();
        all.onsuccess = () => resolve(all.result);
        all.onerror = () => reject(all.error);
        opening.result.close();
      };
    });
  expect(await names()).toHaveLength(1);
  await victim.logout();
  await vi.waitFor(async () => expect(await names()).toHaveLength(0));
});
