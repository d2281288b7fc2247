import { type AuthStorage, createAuthClient } from '@latchkey/client';
import { platformOf } from '@latchkey/mock-server';
import { afterEach, expect, it, vi } from 'vitest';
import { baseUrl, createScene, signedIn } from '../support/scene.ts';

afterEach(() => vi.unstubAllGlobals());

const denied = () => {
  throw new DOMException('denied', 'SecurityError');
};

for (const [what, stub] of Object.entries({
  'throws when touched': () => Object.defineProperty(globalThis, 'localStorage', { configurable: true, get: denied }),
  'is null': () => vi.stubGlobal('localStorage', null),
  'is absent': () => vi.stubGlobal('localStorage', undefined),
})) {
  it(`a localStorage that ${what} leaves a session in memory, for this tab (S1, S6)`, async () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
    stub();
    try {
      const scene = createScene();
      const { options } = scene.profile.openTab();
      const client = createAuthClient({ ...options, baseUrl, storage: 'local' });
      expect(client.persistence).toBe('memory');
      await client.login({ username: 'ada', password: 'ada-password' });
      scene.server.clock.advance('20m');
      expect((await client.fetch('me')).status).toBe(200);
      expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
      expect(client.session.status).toBe('signed-out');
    } finally {
      if (own) Object.defineProperty(globalThis, 'localStorage', own);
    }
  });
}

it('a pair that cannot be stored is used from memory, said once, and stored when there is room again (S2)', async () => {
  const scene = createScene();
  const { options } = scene.profile.openTab();
  const values = new Map<string, string>();
  let full = false;
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem(key: string, value: string) {
      if (full) throw new DOMException('full', 'QuotaExceededError');
      values.set(key, value);
    },
    removeItem: (key: string) => void values.delete(key),
  };
  const { client, heard } = scene.open({ platform: options.platform, storage });
  client.adoptTokens(await scene.server.seedSession('ada'));
  expect(client.persistence).toBe('custom');
  full = true;
  scene.server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  expect(client.persistence).toBe('memory');
  expect(heard.filter((type) => type === 'persistence-failed')).toHaveLength(1);
  // What was there is spent: no other tab may find it.
  expect(values.has('latchkey')).toBe(false);
  expect((await client.fetch('me')).status).toBe(200);
  full = false;
  scene.server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  expect(client.persistence).toBe('custom');
  expect(values.has('latchkey')).toBe(true);
});

const odd = ['', 'undefined', 'null', '{', '[]', '0', '"x"', '{"accessToken":"x"}', '{"v":1}', '{"v":2,"sid":"a"}'];
for (const value of [...odd, 'x'.repeat(1_000_000)]) {
  it(`a stored value ${value.slice(0, 30)} means signed out, and the next login works (S3, TST-22)`, async () => {
    const scene = createScene();
    scene.profile.stored.set('latchkey', value);
    scene.profile.stored.set('latchkey:outbox', value);
    scene.profile.stored.set('latchkey:refresh', value);
    const { client } = scene.open();
    expect(client.session).toEqual({ status: 'signed-out', reason: null });
    expect((await client.logout()).local).toBe('cleared');
    await client.login({ username: 'ada', password: 'ada-password' });
    scene.server.clock.advance('20m');
    expect((await client.fetch('me')).status).toBe(200);
  });
}

it('a refresh answer without a refresh token keeps the one in use (S3)', async () => {
  const scene = await signedIn();
  const { refreshToken } = scene.stored();
  scene.server.clock.advance('20m');
  const { access_token, expires_in } = await scene.server.seedSession('ada');
  const body = JSON.stringify({ access_token, expires_in });
  scene.server.faults.next('refresh', { status: 200, headers: { 'content-type': 'application/json' }, body });
  expect((await scene.client.fetch('me')).status).toBe(200);
  expect(scene.stored().refreshToken).toBe(refreshToken);
});

it('storage cleared under a running tab signs it out, and nothing writes the key again (S4)', async () => {
  const { profile, client, tab } = await signedIn();
  profile.clearStorage();
  await client.fetch('me');
  expect(tab.events.at(-1)).toMatchObject({ type: 'signed-out', reason: 'storage-cleared' });
  expect(profile.stored.size).toBe(0);
});

it('storage cleared in the middle of a refresh is not filled again', async () => {
  const scene = await signedIn();
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  const request = expect(scene.client.fetch('me')).rejects.toMatchObject({ name: 'NotSignedInError' });
  await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
  scene.profile.clearStorage();
  scene.server.clock.advance(1000);
  await request;
  await vi.waitFor(() => expect(scene.profile.stored.size).toBe(0));
});

it('two clients with different keys share nothing (F9)', async () => {
  const scene = createScene();
  const [one, two] = [scene.open({ storageKey: 'one' }), scene.open({ storageKey: 'two' })];
  one.client.adoptTokens(await scene.server.seedSession('ada'));
  two.client.adoptTokens(await scene.server.seedSession('bob'));
  await one.client.logout();
  expect(one.client.session.status).toBe('signed-out');
  expect(two.client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'bob' } });
  expect(two.heard).toEqual(['signed-in']);
});

it('dispose() leaves nothing behind but the session', async () => {
  const { tab, client, profile, server } = await signedIn();
  expect(tab.leftovers.timers).toBeGreaterThan(0);
  server.clock.advance('20m');
  await client.fetch('me');
  server.clock.advance('1m');
  client.dispose();
  expect(tab.leftovers).toEqual({ timers: 0, listeners: 0, channels: 0 });
  await new Promise(setImmediate);
  expect(profile.heldLocks).toEqual([]);
  expect(profile.stored.has('latchkey')).toBe(true);
});

it('the session is known from the first line on, also with an expired access token (I7)', async () => {
  const scene = createScene();
  scene.open().client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('2h');
  const { client } = scene.open();
  expect(client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
  expect(client.session).toBe(client.session);
  const responses = await Promise.all([client.fetch('me'), client.fetch('me')]);
  expect(responses.map(({ status }) => status)).toEqual([200, 200]);
  expect(scene.count('refresh')).toBe(1);
});

it('platformOf(server.clock) is all a client needs to live in the time of the server', async () => {
  const { server } = createScene();
  const client = createAuthClient({ baseUrl, storage: 'memory', platform: platformOf(server.clock) });
  client.adoptTokens(await server.seedSession('ada'));
  server.clock.advance('8d');
  expect(client.session.status).toBe('lapsed');
  client.dispose();
});

it('a refresh that finds the storage cleared tells that reason, not a refusal (F4)', async () => {
  const scene = await signedIn();
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  const request = expect(scene.client.fetch('me')).rejects.toMatchObject({ name: 'NotSignedInError' });
  await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
  scene.profile.stored.clear();
  scene.server.clock.advance(1000);
  await request;
  expect(scene.client.session).toEqual({ status: 'signed-out', reason: 'storage-cleared' });
});

it('a session that a server begins under an old id works like any other', async () => {
  const scene = createScene();
  const tabs = [scene.open(), scene.open()];
  const tokens = await scene.server.seedSession('ada');
  for (let round = 0; round < 2; round++) {
    tabs[0]?.client.adoptTokens({ ...tokens, ...(await scene.server.seedSession('ada')), sid: 'always-the-same' });
    scene.server.clock.advance('20m');
    for (const { client } of tabs) expect((await client.fetch('me')).status).toBe(200);
    await tabs[0]?.client.logout();
    await new Promise(setImmediate);
  }
});

it('persistence-failed is told of the session, not of notes about it that find no room (S2)', async () => {
  const scene = createScene();
  const { options } = scene.profile.openTab();
  const storage: AuthStorage = {
    ...options.storage,
    setItem(key, value) {
      if (key.endsWith(':refresh')) throw new DOMException('full', 'QuotaExceededError');
      options.storage.setItem(key, value);
    },
  };
  const { client, heard } = scene.open({ ...options, storage });
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  const request = client.fetch('me');
  expect(client.persistence).toBe('custom');
  expect((await request).status).toBe(200);
  expect(heard).toEqual(['signed-in', 'token-refreshed']);
});
