import { type AuthClient, type AuthClientOptions, type AuthStorage, createAuthClient } from '@latchkey/client';
import {
  type AuthServer,
  type Clock,
  cheapPasswordHasher,
  createAuthServer,
  manualClock,
  platformOf,
} from '@latchkey/mock-server';
import { afterEach, expect, it } from 'vitest';

// Kind: clients that do not share a session share something else (a lock, a channel, a key), and wait for one another.
// These tests run in Node itself, where `navigator.locks` and `BroadcastChannel` are those of the whole process.

const clients: AuthClient[] = [];
const undo: (() => void)[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
  for (const restore of undo.splice(0)) restore();
});

const newServer = (clock: Clock = manualClock()): AuthServer =>
  createAuthServer({ users: [{ username: 'ada', password: 'a' }], passwordHasher: cheapPasswordHasher(), clock });

const keptIn = (values = new Map<string, string>()): AuthStorage => ({
  getItem: (key) => values.get(key) ?? null,
  setItem: (key, value) => void values.set(key, value),
  removeItem: (key) => void values.delete(key),
});

/** A global of the page, for the length of one test. */
function put(name: string, descriptor: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { configurable: true, ...descriptor });
  undo.push(() => {
    if (before) Object.defineProperty(globalThis, name, before);
    else Reflect.deleteProperty(globalThis, name);
  });
}

function open(server: AuthServer, options: Partial<AuthClientOptions> = {}): AuthClient {
  const client = createAuthClient({
    baseUrl: 'https://api.example.com',
    fetch: (input, init) => server.fetch(new Request(input, init)),
    ...options,
  });
  clients.push(client);
  return client;
}

async function signIn(client: AuthClient, server: AuthServer): Promise<AuthClient> {
  client.adoptTokens(await server.seedSession('ada'));
  return client;
}

const byHand = ({ now, setTimer }: Clock) => ({ now, setTimer });
const refreshes = ({ requests }: AuthServer) => requests.filter(({ endpoint }) => endpoint === 'refresh').length;

/** What a client asks its platform for, of a browser whose locks are never granted. */
function watched({ clock }: AuthServer) {
  const asked: string[] = [];
  const platform = {
    ...byHand(clock),
    locks: {
      request(name: string) {
        asked.push(`lock ${name}`);
        return new Promise<never>(() => {});
      },
    },
    openChannel(name: string) {
      asked.push(`channel ${name}`);
      return null;
    },
  };
  return { asked, platform };
}

const stores: [name: string, set: () => void, storage: NonNullable<AuthClientOptions['storage']>][] = [
  ['in memory', () => {}, 'memory'],
  ['in the session storage', () => put('sessionStorage', { value: keptIn() }), 'session'],
  ['in memory, because there is no localStorage', () => put('localStorage', { value: undefined }), 'local'],
  [
    'in memory, because a third-party frame may not read localStorage',
    () =>
      put('localStorage', {
        get() {
          throw new DOMException('Denied.', 'SecurityError');
        },
      }),
    'local',
  ],
  [
    'in memory, because a full store takes nothing',
    () =>
      put('localStorage', {
        value: {
          ...keptIn(),
          setItem() {
            throw new DOMException('Full.', 'QuotaExceededError');
          },
        },
      }),
    'local',
  ],
];

it.each(stores)('a session %s waits for no lock (OC5)', async (_, set, storage) => {
  set();
  const server = newServer();
  const { asked, platform } = watched(server);
  const client = await signIn(open(server, { storage, platform }), server);
  await client.refresh({ force: true });
  server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  expect(refreshes(server)).toBe(2);
  expect(asked.filter((what) => what.startsWith('lock'))).toEqual([]);
});

it.each(stores.slice(0, 4))('a session %s opens no channel and no database (OC5)', async (_, set, storage) => {
  set();
  put('indexedDB', {
    get() {
      throw new Error('A database was asked for.');
    },
  });
  const server = newServer();
  const { asked, platform } = watched(server);
  const client = await signIn(open(server, { storage, platform }), server);
  await client.refresh({ force: true });
  await client.logout();
  expect(asked).toEqual([]);
});

it('a store of the application is taken for one that other tabs share (OC5)', async () => {
  const server = newServer();
  const { asked, platform } = watched(server);
  const client = await signIn(open(server, { storage: keptIn(), platform }), server);
  void client.refresh().catch(() => {});
  await new Promise(setImmediate);
  expect(asked).toEqual(expect.arrayContaining(['channel latchkey:latchkey', 'lock latchkey:latchkey']));
});

it('two clients in memory under one key are two users’ sessions, and neither knows of the other (OC5)', async () => {
  const server = newServer();
  const [one, other] = [open(server, { storage: 'memory' }), open(server, { storage: 'memory' })];
  await signIn(one, server);
  expect(other.session.status).toBe('signed-out');
  await signIn(other, server);
  await one.logout();
  expect(other.session.status).toBe('signed-in');
  expect((await other.fetch('me')).status).toBe(200);
});

const platforms: [name: string, platform: (clock: Clock) => NonNullable<AuthClientOptions['platform']>][] = [
  ['its functions', byHand],
  ['platformOf', platformOf],
];

it.each(platforms)(
  'a client whose time stands still, by %s, holds up no client of another time (OC5)',
  async (_, platform) => {
    for (const storage of ['memory', undefined] as const) {
      for (let run = 0; run < 2; run++) {
        const server = newServer();
        const client = open(server, { storage: storage ?? keptIn(), platform: platform(server.clock) });
        await signIn(client, server);
        // Not disposed of, and its clock never moves again: in Node the lock is the process's.
        await client.refresh({ force: true });
        expect(refreshes(server)).toBe(1);
      }
    }
  },
);

it('two clients of one clock are two tabs of one browser: one refresh, and a logout is heard (OC5)', async () => {
  const server = newServer();
  const values = new Map<string, string>();
  const tab = () => open(server, { storage: keptIn(values), platform: platformOf(server.clock) });
  const [one, other] = [tab(), tab()];
  await signIn(one, server);
  const heard: string[] = [];
  other.subscribe((_session, { type }) => void heard.push(type));
  server.clock.advance('20m');
  const answers = await Promise.all([one, other, one, other].map((client) => client.fetch('me')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(refreshes(server)).toBe(1);
  await one.logout();
  await new Promise(setImmediate);
  expect(other.session.status).toBe('signed-out');
  expect(heard.at(-1)).toBe('signed-out');
});

it('a lock that is held while its clock stands still is not waited for for ever (OC5)', async () => {
  const server = newServer();
  const values = new Map<string, string>();
  const tab = () => open(server, { storage: keptIn(values), platform: platformOf(server.clock) });
  const [one, other] = [tab(), tab()];
  await signIn(one, server);
  // Keeps the lock for a moment of its own time after it has written, and that moment never passes.
  await one.refresh({ force: true });
  await other.refresh({ force: true });
  await one.refresh({ force: true });
  expect(refreshes(server)).toBe(3);
});

it('clients of different clocks do not hear one another, even under one key (OC5)', async () => {
  const [server, elsewhere] = [newServer(), newServer()];
  const client = open(server, { storage: keptIn(), platform: platformOf(server.clock) });
  const stranger = open(elsewhere, { storage: keptIn(), platform: platformOf(elsewhere.clock) });
  await signIn(client, server);
  await signIn(stranger, elsewhere);
  const channel = platformOf(elsewhere.clock).openChannel('latchkey:latchkey');
  const heard: unknown[] = [];
  channel.onmessage = ({ data }) => void heard.push(data);
  await client.logout();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(heard).toEqual([]);
  expect(stranger.session.status).toBe('signed-in');
  channel.close();
});
