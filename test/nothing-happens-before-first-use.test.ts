import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type AuthClient, type AuthClientOptions, createAuthClient } from '@latchkey/client';
import { cheapPasswordHasher, createAuthServer } from '@latchkey/mock-server';
import { expect, it } from 'vitest';

// Kind: something is drawn, opened, read, timed or sent while a module loads, which some runtimes forbid (Cloudflare Workers)
// and none needs.

const script = fileURLToPath(new URL('./support/module-scope.ts', import.meta.url));

it('importing an entry and making a client or a server touches nothing of the world before the first use (OC4)', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', script]);
  const { 'first use': firstUse, ...before } = JSON.parse(stdout) as Record<string, string[]>;
  expect(Object.keys(before)).toHaveLength(19);
  expect(Object.entries(before).filter(([, touched]) => touched.length > 0)).toEqual([]);
  expect(firstUse).toEqual(expect.arrayContaining(['localStorage', 'crypto.getRandomValues']));
});

const server = createAuthServer({ users: [{ username: 'ada', password: 'a' }], passwordHasher: cheapPasswordHasher() });

/** A client that notes what it does to the world. */
function watched(options: Partial<AuthClientOptions> = {}): { client: AuthClient; did: string[] } {
  const did: string[] = [];
  const values = new Map<string, string>();
  const note = <T>(what: string, result: T): T => {
    did.push(what);
    return result;
  };
  const { platform, ...rest } = options;
  const client = createAuthClient({
    baseUrl: 'https://api.example.com',
    storage: {
      getItem: (key) => note('read', values.get(key) ?? null),
      setItem: (key, value) => note('write', void values.set(key, value)),
      removeItem: (key) => note('remove', void values.delete(key)),
    },
    fetch: (input, init) => note('fetch', server.fetch(new Request(input, init))),
    platform: {
      now: () => note('now', Date.now()),
      openChannel: () => note('channel', null),
      random: (bytes) => note('random', crypto.getRandomValues(new Uint8Array(bytes))),
      ...platform,
    },
    ...rest,
  });
  return { client, did };
}

const uses: [name: string, use: (client: AuthClient) => unknown][] = [
  ['session', (client) => client.session],
  ['persistence', (client) => client.persistence],
  ['subscribe', (client) => client.subscribe(() => {})],
  ['login', (client) => client.login({ username: 'ada', password: 'a' })],
  ['logout', (client) => client.logout()],
  ['refresh', (client) => client.refresh().catch(() => {})],
  ['getAccessToken', (client) => client.getAccessToken().catch(() => {})],
  ['fetch', (client) => client.fetch('me')],
];

it.each(uses)('where there is no page, a client starts with its first use: %s (OC4)', async (_name, use) => {
  const { client, did } = watched();
  await null;
  expect(did).toEqual([]);
  await use(client);
  expect(did).toEqual(expect.arrayContaining(['read', 'channel']));
  client.dispose();
});

it('a client that was disposed of before its first use listens to nobody and sends nothing (OC4)', async () => {
  const listening = new Set<object>();
  const { client, did } = watched();
  client.dispose();
  expect(did).toEqual([]);
  const openChannel = () => {
    const channel = { onmessage: null, postMessage() {}, close: () => void listening.delete(channel) };
    listening.add(channel);
    return channel;
  };
  const second = watched({ platform: { openChannel } });
  second.client.dispose();
  expect(second.client.session).toEqual({ status: 'signed-out', reason: null });
  await null;
  expect(listening.size).toBe(0);
  expect(second.did).not.toContain('fetch');
});

it('where there is a page, a client starts with it: a logout left behind is delivered though nobody uses the client (OC4)', async () => {
  const values = new Map<string, string>();
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
  const first = watched({ storage, fetch: () => Promise.reject(new TypeError('offline')) });
  first.client.adoptTokens(await server.seedSession('ada'));
  expect(await first.client.logout()).toMatchObject({ server: 'pending' });
  await expect.poll(() => values.get('latchkey:outbox')).toBeDefined();
  first.client.dispose();
  const page = { visible: true, listen: () => () => {} };
  const now = () => Date.now() + 60_000;
  const second = watched({ storage, platform: { page, now } });
  await expect.poll(() => second.did).toContain('fetch');
  await expect.poll(() => values.get('latchkey:outbox')).toBeUndefined();
  second.client.dispose();
});
