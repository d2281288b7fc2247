// Kind: a value that anybody could have put there, in storage, in the database of the browser or on a channel, is believed.
import 'fake-indexeddb/auto';
import { createAuthClient } from '@latchkey/client';
import { cheapPasswordHasher, createAuthServer, manualClock, platformOf } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { fetchFrom } from '../support/open-tab.ts';
import { atRest, baseUrl, createScene, live, users } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };
const odd: unknown[] = [
  {},
  [],
  [1],
  null,
  true,
  '',
  'x',
  '1e15',
  -1,
  0.5,
  1e15,
  8.64e15,
  1e308,
  -1e308,
  2 ** 53,
  { valueOf: 1, toString: 1 },
  { __proto__: null, length: 3 },
  'x'.repeat(100_000),
];

/** A page with a session, and what it stores beside it. */
async function signedInPage() {
  const scene = createScene({ clock: manualClock() });
  const page = scene.open();
  await page.client.login(ada);
  await atRest(scene);
  return { ...scene, scene, page, id: String(scene.stored()['id']) };
}

/** Whether the session goes on: a refresh, at the latest after an hour of patience, and a request. */
async function goesOn({ scene, page }: Awaited<ReturnType<typeof signedInPage>>) {
  scene.server.clock.advance('20m');
  let status: unknown;
  const ask = () =>
    page.client.fetch('me').then(
      (answer) => answer.status,
      ({ name }: Error) => name,
    );
  const asking = ask().then((answer) => {
    status = answer;
  });
  for (let waited = 0; status === undefined && waited < 20; waited++) await live(scene, 1_000, 250);
  if (status === 200) return 200;
  await live(scene, 3_700_000, 60_000);
  void asking;
  return ask();
}

for (const member of ['rest', 'since', 'begunAt', 'failures', 'by', 'offline', 'id']) {
  it(`a note about refreshes whose "${member}" is odd blocks nothing and throws nothing (OX16)`, async () => {
    for (const value of odd) {
      const all = await signedInPage();
      const { profile, scene, id } = all;
      const note = {
        id,
        by: 'x',
        begunAt: null,
        failures: 1,
        since: scene.server.clock.now() + 1_200_000,
        rest: 1_000,
        offline: false,
      };
      profile.stored.set('latchkey:refresh', JSON.stringify({ ...note, [member]: value }));
      expect(await goesOn(all), JSON.stringify(value)?.slice(0, 60)).toBe(200);
      expect(all.page.client.session.status).toBe('signed-in');
    }
  });
}

for (const raw of [
  '{"__proto__":{"id":"x"}}',
  '[]',
  '[[]]',
  '"',
  '1e999',
  '{"id":',
  'null',
  `[${'{},'.repeat(100_000)}{}]`,
]) {
  it(`${raw.slice(0, 24)} in the place of a note or of a list is none (OX16)`, async () => {
    const all = await signedInPage();
    for (const key of ['latchkey:refresh', 'latchkey:outbox']) all.profile.stored.set(key, raw);
    expect(await goesOn(all)).toBe(200);
    expect((await all.page.client.logout()).server).toBe('revoked');
    await live(all.scene, 1_000, 500);
    expect(all.profile.stored.has('latchkey')).toBe(false);
  });
}

it('a rest of 10¹⁵ milliseconds is over within the hour that a server may ask for (OX16)', async () => {
  const { profile, scene, page, id } = await signedInPage();
  scene.server.clock.advance('20m');
  const since = scene.server.clock.now();
  const note = { id, by: 'x', begunAt: null, failures: 1, since, rest: 1e15, offline: false };
  profile.stored.set('latchkey:refresh', JSON.stringify(note));
  await expect(page.client.refresh()).rejects.toMatchObject({ name: 'RefreshUnavailableError', retryAfter: 3_600_000 });
  scene.server.clock.advance('1h');
  expect((await page.client.fetch('me')).status).toBe(200);
});

for (const member of [
  'generation',
  'savedAt',
  'clockSkew',
  'accessExpiresAt',
  'refreshableUntil',
  'sessionEndsAt',
  'ticket',
  'secret',
  'api',
  'sid',
  'accessToken',
  'refreshToken',
]) {
  it(`a session whose "${member}" is odd throws nothing, and a login begins another (OX16)`, async () => {
    for (const value of odd) {
      const { profile, scene, page } = await signedInPage();
      page.kill();
      profile.stored.set('latchkey', JSON.stringify({ ...scene.stored(), [member]: value }));
      const { client } = scene.open();
      expect(['signed-in', 'signed-out', 'lapsed']).toContain(client.session.status);
      const asked = client.fetch('me').catch(({ name }: Error) => name);
      await live(scene, 10_000, 500);
      // A planted token is the server's matter; what is no session sends none.
      expect([
        200,
        401,
        431,
        'RefreshRejectedError',
        'LoginRequiredError',
        'SessionChangedError',
        'NotSignedInError',
      ]).toContain(typeof (await asked) === 'string' ? await asked : ((await asked) as Response).status);
      await client.login(ada);
      scene.server.clock.advance('20m');
      expect((await client.fetch('me')).status, JSON.stringify(value)?.slice(0, 60)).toBe(200);
      client.dispose();
    }
  });
}

it('a ticket is sent to the logout endpoint of this client and to no other address (OX16)', async () => {
  const asked: string[] = [];
  const scene = createScene({ clock: manualClock() }, (fetch) => (input, init) => {
    asked.push((input as Request).url);
    return fetch(input, init);
  });
  const page = scene.open();
  const now = scene.server.clock.now();
  const entry = { id: 'x', sid: 'x', ticket: 'a ticket', expiresAt: now + 1e9, tries: 0, since: 0, rest: 0 };
  const addresses = [
    'https://evil.test/auth/logout',
    'https://api.test.evil.test/auth/logout',
    'https://api.test@evil.test/auth/logout',
    'https://api.test/other',
    'https://api.test/auth/logout?to=https://evil.test',
    'https://API.test/auth/logout',
    '//evil.test',
    'javascript:alert(1)',
    '',
  ];
  scene.profile.stored.set(
    'latchkey:outbox',
    JSON.stringify(addresses.map((endpoint, n) => ({ ...entry, id: `x${n}`, endpoint }))),
  );
  page.signal({ type: 'online' });
  await live(scene, 60_000, 1_000);
  await page.client.login(ada);
  await page.client.logout();
  await live(scene, 60_000, 1_000);
  expect([...new Set(asked)]).toEqual(['https://api.test/auth/login', 'https://api.test/auth/logout']);
  expect(scene.count('logout')).toBe(1);
});

for (const member of ['endpoint', 'id', 'sid', 'ticket', 'expiresAt', 'tries', 'since', 'rest']) {
  it(`a pending logout whose "${member}" is odd keeps no other from being delivered (OX16)`, async () => {
    for (const value of odd) {
      const { profile, scene, page } = await signedInPage();
      scene.server.faults.next('logout', { networkError: true });
      expect((await page.client.logout()).server).toBe('pending');
      const [real] = JSON.parse(profile.stored.get('latchkey:outbox') ?? '[]');
      const planted = { ...real, id: 'planted', sid: 'planted', ticket: 'planted', [member]: value };
      profile.stored.set('latchkey:outbox', JSON.stringify([planted, real, planted]));
      page.signal({ type: 'online' });
      await live(scene, 5_000, 500);
      expect(
        (await scene.server.sessions.list('ada'))[0]?.revokedAt,
        JSON.stringify(value)?.slice(0, 60),
      ).not.toBeNull();
    }
  });
}

it('100,000 pending logouts are a hundred, and take no time (OX16)', async () => {
  const { profile, scene, page } = await signedInPage();
  const entry = {
    endpoint: `${baseUrl}auth/logout`,
    sid: 'x',
    ticket: 'x',
    expiresAt: 8e15,
    tries: 0,
    since: 0,
    rest: 0,
  };
  profile.stored.set(
    'latchkey:outbox',
    JSON.stringify(Array.from({ length: 100_000 }, (_, n) => ({ ...entry, id: `${n}` }))),
  );
  const began = performance.now();
  page.signal({ type: 'online' });
  await live(scene, 2_000, 500);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(scene.count('logout')).toBeLessThanOrEqual(200);
  expect((await page.client.fetch('me')).status).toBe(200);
});

it('messages of any shape change nothing, and throw nothing (OX16)', async () => {
  const { profile, scene, page, id } = await signedInPage();
  const channel = profile.openTab().options.platform.openChannel?.('latchkey:latchkey');
  const heard = page.heard.length;
  for (const value of odd) {
    for (const member of ['type', 'id', 'over', 'reason', 'generation']) {
      channel?.postMessage({ type: 'changed', id: 'another', [member]: value });
    }
    channel?.postMessage(value);
  }
  for (const generation of [1e308, Number.NaN, -1, 1.5, '7', {}])
    channel?.postMessage({ type: 'changed', id, generation });
  channel?.postMessage({ type: 'ended', id: 'another', reason: 'because' });
  channel?.postMessage({ type: 'nonsense', id });
  channel?.postMessage({ type: {}, id, over: id });
  await live(scene, 2_000, 250);
  expect(page.heard.slice(heard)).toEqual([]);
  scene.server.clock.advance('20m');
  expect((await page.client.fetch('me')).status).toBe(200);
  channel?.close();
});

it('a generation that nobody ever stored is waited for once, and not before every refresh (OX16)', async () => {
  const { profile, scene, page, id } = await signedInPage();
  const channel = profile.openTab().options.platform.openChannel?.('latchkey:latchkey');
  channel?.postMessage({ type: 'changed', id, generation: 1_000_000 });
  await atRest(scene);
  scene.server.clock.advance('20m');
  const first = page.client.fetch('me');
  await live(scene, 4_000, 20);
  expect((await first).status).toBe(200);
  scene.server.clock.advance('20m');
  // The clock stands still: nothing is waited for.
  expect((await page.client.fetch('me')).status).toBe(200);
  channel?.close();
});

it('what is no key, in the place of the key of a session, is none: the session goes on without (OX16)', async () => {
  for (const key of ['text', 5, {}, [], null, new Uint8Array(32)]) {
    const server = createAuthServer({ users, passwordHasher: cheapPasswordHasher() });
    const open = () => createAuthClient({ baseUrl, platform: platformOf(server.clock), fetch: fetchFrom(server) });
    const first = open();
    await first.login(ada);
    first.dispose();
    const { id } = JSON.parse(localStorage.getItem('latchkey') ?? '{}') as { id: string };
    await new Promise<void>((resolve, reject) => {
      const opening = indexedDB.open('latchkey', 1);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('keys', 'readwrite');
        transaction.objectStore('keys').put({ id, key }, 'latchkey');
        transaction.oncomplete = () => {
          opening.result.close();
          resolve();
        };
      };
    });
    server.clock.advance('20m');
    const client = open();
    expect((await client.fetch('me')).status).toBe(200);
    await client.logout();
    client.dispose();
  }
});
