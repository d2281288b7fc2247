// Kind: what one API server issued is found by a client of another one, and taken for its own.
import 'fake-indexeddb/auto';
import { type AuthClientOptions, createAuthClient, type SessionEvent } from '@latchkey/client';
import { type AuthServer, cheapPasswordHasher, createAuthServer, manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { createProfile } from '../support/open-tab.ts';
import { pendingCrypto } from '../support/pending-crypto.ts';
import { users } from '../support/scene.ts';

const [staging, production] = ['https://staging.example.com/', 'https://api.example.com/'] as const;
const ada = { username: 'ada', password: 'ada-password' };

/** One browser, in which the same application speaks now to this server and now to that one. Each has a server of its own. */
function openBrowser() {
  const clock = manualClock();
  const servers = new Map<string, AuthServer>();
  /** What each server was sent. */
  const sent: { to: string; text: string }[] = [];
  const serverOf = (prefix: string): AuthServer => {
    const server = servers.get(prefix) ?? createAuthServer({ users, clock, passwordHasher: cheapPasswordHasher() });
    servers.set(prefix, server);
    return server;
  };
  const state = { online: true };
  const profile = createProfile({
    clock,
    async fetch(input, init) {
      if (!state.online) throw new TypeError('Failed to fetch');
      const request = new Request(input, init);
      const [url = '', prefix = '', path = ''] =
        /^(https?:\/\/[^/]+\/(?:.*\/)?)((?:auth\/\w+|me)(?:\?.*)?)$/.exec(request.url) ?? [];
      const copy = request.clone();
      sent.push({ to: url, text: `${[...copy.headers].join()} ${await copy.text()}` });
      const { method, headers } = request;
      const body = method === 'GET' ? null : await request.text();
      return serverOf(new URL(prefix).host + new URL(prefix).pathname.replace(/\/v\d\//, '/')).fetch(
        new Request(`https://any.test/${path}`, { method, headers, body }),
      );
    },
  });
  return {
    clock,
    profile,
    sent,
    state,
    sessions: async (host: string) => (await servers.get(host)?.sessions.list('ada')) ?? [],
    open(baseUrl: string, options: Partial<AuthClientOptions> = {}) {
      const tab = profile.openTab();
      const client = createAuthClient({ baseUrl, ...tab.options, ...options });
      const events: SessionEvent[] = [];
      client.subscribe((_, event) => void events.push(event));
      return { ...tab, client, events };
    },
    /** The tokens of everything that is stored. */
    tokens: () => [...profile.stored.values()].join().match(/(?<=Token":")[^"]+/g) ?? [],
  };
}

async function atRest(): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet++) {
    await new Promise(setImmediate);
    if (pendingCrypto() > 0) quiet = 0;
  }
}

const apart: [string, [string, Partial<AuthClientOptions>], [string, Partial<AuthClientOptions>]][] = [
  ['staging and production', [staging, {}], [production, {}]],
  [
    'two stages below one host',
    ['https://gateway.example.com/staging', {}],
    ['https://gateway.example.com/production', {}],
  ],
  ['two tenants of one host', ['https://api.example.com/acme/v1', {}], ['https://api.example.com/umbrella/v1', {}]],
  ['two ports of one machine', ['http://localhost:3000', {}], ['http://localhost:4000', {}]],
  ['two clients of one server', [production, { clientId: 'shop' }], [production, { clientId: 'back-office' }]],
  [
    'two authorization servers of one API',
    [production, { endpoints: { refresh: 'https://id.example.com/staging/auth/refresh' } }],
    [production, { endpoints: { refresh: 'https://id.example.com/production/auth/refresh' } }],
  ],
];

it.each(apart)(
  '%s: the session of one is not used with the other, is not lost, and is there again (OC11)',
  async (_, one, two) => {
    const browser = openBrowser();
    const first = browser.open(...one);
    await first.client.login(ada);
    await atRest();
    const before = browser.tokens();
    first.kill();

    const second = browser.open(...two);
    expect(second.client.session).toEqual({ status: 'signed-out', reason: null });
    const mark = browser.sent.length;
    expect((await second.client.fetch('me')).status).toBe(401);
    await expect(second.client.refresh()).rejects.toMatchObject({ name: 'NotSignedInError' });
    expect(await second.client.logout()).toMatchObject({ local: 'cleared' });
    await second.client.login(ada);
    expect((await second.client.fetch('me')).status).toBe(200);
    await atRest();
    const sent = browser.sent
      .slice(mark)
      .map(({ text }) => text)
      .join();
    for (const token of before) expect(sent).not.toContain(token);
    second.kill();

    const again = browser.open(...one);
    expect(again.client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
    expect((await again.client.fetch('me')).status).toBe(200);
    await again.client.logout();
    await atRest();
    expect(browser.open(...two).client.session.status).toBe('signed-in');
  },
);

const together: [string, string, string, Partial<AuthClientOptions>?][] = [
  ['a slash at the end', 'https://api.example.com/api', 'https://api.example.com/api/'],
  ['the next version in the path', 'https://api.example.com/v1', 'https://api.example.com/v2'],
  ['capitals in the host', 'https://API.example.com', 'https://api.example.com/'],
  ['the port that https has anyway', 'https://api.example.com:443', production],
  ['another endpoint of the same server', production, production, { endpoints: { login: 'auth/login?tenant=1' } }],
  ['https in place of http, on a machine of one’s own', 'http://localhost:3000', 'https://localhost:3000'],
];

it.each(together)('%s is the same API: its users stay signed in (OC11)', async (_, one, two, options = {}) => {
  const browser = openBrowser();
  const first = browser.open(one);
  await first.client.login(ada);
  await atRest();
  first.kill();
  const { client } = browser.open(two, options);
  expect(client.session.status).toBe('signed-in');
  browser.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  expect([...browser.profile.stored.keys()]).toEqual(['latchkey']);
});

it('a record of the version before, which names no API, is taken for ours, and names it from its next refresh on (OC11)', async () => {
  const browser = openBrowser();
  const first = browser.open(production);
  await first.client.login(ada);
  await atRest();
  first.kill();
  const { api, ...old } = JSON.parse(browser.profile.stored.get('latchkey') ?? '');
  expect(api).toContain('api.example.com');
  browser.profile.stored.set('latchkey', JSON.stringify(old));
  const { client } = browser.open(production);
  expect(client.session.status).toBe('signed-in');
  browser.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  expect(JSON.parse(browser.profile.stored.get('latchkey') ?? '')).toMatchObject({ api });
});

it('two tabs of two versions agree: what the older one writes is used by the newer one, and the other way round (OC11)', async () => {
  const browser = openBrowser();
  const [tab, other] = [browser.open(production), browser.open(production)];
  await tab.client.login(ada);
  await atRest();
  // The older one keeps members that it does not know when it refreshes, and writes none at a login.
  const { api: _, ...old } = JSON.parse(browser.profile.stored.get('latchkey') ?? '');
  other.options.storage.setItem('latchkey', JSON.stringify(old));
  await atRest();
  for (const { client, events } of [tab, other]) {
    expect(client.session.status).toBe('signed-in');
    expect(events.map(({ type }) => type)).toEqual(['signed-in']);
  }
  browser.clock.advance('20m');
  expect(await Promise.all([tab, other].map(async ({ client }) => (await client.fetch('me')).status))).toEqual([
    200, 200,
  ]);
});

it('tabs of both at the same time do not disturb each other: logins, refreshes, logouts (OC11)', async () => {
  const browser = openBrowser();
  const [stage, live] = [browser.open(staging), browser.open(production)];
  await stage.client.login(ada);
  await live.client.login(ada);
  await atRest();
  const twin = browser.open(production);
  for (let round = 0; round < 3; round++) {
    browser.clock.advance('20m');
    // The clock stands still: nobody waits for a lock that only others have a use for.
    const calls = [stage, live].map(async ({ client }) => (await client.fetch('me')).status);
    expect(await Promise.all(calls)).toEqual([200, 200]);
    await atRest();
    browser.clock.advance(1_000);
    expect((await twin.client.fetch('me')).status).toBe(200);
  }
  await stage.client.logout();
  await atRest();
  browser.clock.advance(1_000);
  await atRest();
  expect([stage, live, twin].map(({ client }) => client.session.status)).toEqual([
    'signed-out',
    'signed-in',
    'signed-in',
  ]);
  await stage.client.login(ada);
  await live.client.logout();
  await atRest();
  browser.clock.advance(1_000);
  await atRest();
  expect([stage, live, twin].map(({ client }) => client.session.status)).toEqual([
    'signed-in',
    'signed-out',
    'signed-out',
  ]);
  expect(twin.events.at(-1)).toMatchObject({ type: 'signed-out', reason: 'other-tab' });
  await stage.client.logout();
  await atRest();
  expect(browser.profile.stored.size).toBe(0);
});

it('a logout that one server has yet to hear of is told to that one, and only when a client of it is there again (OC11)', async () => {
  const browser = openBrowser();
  const stage = browser.open(staging);
  await stage.client.login(ada);
  browser.state.online = false;
  expect((await stage.client.logout()).server).toBe('pending');
  stage.kill();
  browser.state.online = true;
  const live = browser.open(production);
  await live.client.login(ada);
  live.signal({ type: 'online' });
  browser.clock.advance('1h');
  await atRest();
  expect((await live.client.logout()).server).toBe('revoked');
  expect(await live.client.logout()).toEqual({ local: 'cleared', server: 'already-revoked' });
  expect((await browser.sessions('staging.example.com/'))[0]?.revokedAt).toBeNull();
  live.kill();
  const back = browser.open(staging);
  await vi.waitFor(async () => {
    await atRest();
    browser.clock.advance('1m');
    expect(back.events.map(({ type }) => type)).toContain('revocation-delivered');
  });
  expect((await browser.sessions('staging.example.com/'))[0]?.revokedAt).not.toBeNull();
  expect(browser.profile.stored.size).toBe(0);
});

it('each keeps the key of its session in the browser: a lost answer is asked for again with it, there and back again (OC11)', async () => {
  const servers = new Map<string, AuthServer>(
    [staging, production].map((url) => [
      url as string,
      createAuthServer({ users, passwordHasher: cheapPasswordHasher() }),
    ]),
  );
  const keys = (url: string) =>
    servers
      .get(url)
      ?.requests.flatMap(({ endpoint, idempotencyKey }) => (endpoint === 'refresh' ? [idempotencyKey] : []));
  const open = (baseUrl: string) =>
    createAuthClient({
      baseUrl,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        return (servers.get(baseUrl) as AuthServer).fetch(request);
      },
    });
  for (const url of [staging, production]) {
    const client = open(url);
    await client.login(ada);
    client.dispose();
  }
  for (const url of [staging, production]) {
    const client = open(url);
    await client.refresh({ force: true });
    expect(keys(url)).toEqual([expect.any(String)]);
    await client.logout();
    client.dispose();
  }
});
