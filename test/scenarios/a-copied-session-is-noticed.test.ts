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
  return { server, victim, thief, copy, keys };
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
  const { server, victim, keys } = await theft();
  await new Promise<void>((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase('latchkey');
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });
  server.clock.advance('20m');
  expect((await victim.fetch('me')).status).toBe(200);
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
