// Run by Node, in a process of its own: imports every entry and makes one of everything, as an application does at the top of
// a module, while all that a runtime may forbid there is watched. Prints what was touched, step by step, as JSON.
import '../sim/node-sources.ts';

const touched: string[] = [];

/** Replaces a method: a call is noted, and fails as it does in a runtime that forbids it. */
function forbid(owner: object, name: string, label = name): void {
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: function forbidden() {
      touched.push(label);
      throw new Error(`${label} is not allowed at the top of a module.`);
    },
  });
}

function forbidProperty(owner: object, name: string): void {
  Object.defineProperty(owner, name, {
    configurable: true,
    get() {
      touched.push(name);
      throw new Error(`${name} is not allowed at the top of a module.`);
    },
  });
}

const steps: Record<string, readonly string[]> = {};
async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const result = await work();
  // What was left for a later turn belongs to this step, too.
  for (let turn = 0; turn < 20; turn++) await null;
  steps[name] = touched.splice(0);
  return result;
}

// Libraries that are not ours are loaded first: this is about our own code.
await Promise.all(['react', 'vue', 'svelte/reactivity', 'axios', 'msw', 'jose', 'ky'].map((name) => import(name)));

const { crypto } = globalThis;
const print = console.log.bind(console);
for (const name of ['getRandomValues', 'randomUUID']) forbid(crypto, name, `crypto.${name}`);
for (const name of ['digest', 'importKey', 'generateKey', 'sign', 'verify', 'deriveBits'])
  forbid(crypto.subtle, name, `crypto.subtle.${name}`);
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'addEventListener', 'BroadcastChannel'])
  forbid(globalThis, name);
for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) forbidProperty(globalThis, name);
forbid(Date, 'now', 'Date.now');
forbid(AbortSignal, 'timeout', 'AbortSignal.timeout');
forbid(Response, 'json', 'Response.json');
if (globalThis.navigator?.locks) forbid(navigator.locks, 'request', 'navigator.locks.request');

const load = <T>(path: string): Promise<T> => step(`import ${path}`, () => import(`../../packages/${path}.ts`));
type Client = typeof import('../../packages/client/src/index.ts');
const index = await load<Client>('client/src/index');
const core = await load<typeof import('../../packages/client/src/core.ts')>('client/src/core');
const { dpopFetch } = await load<typeof import('../../packages/client/src/dpop.ts')>('client/src/dpop');
await load('client/src/live');
await load('client/src/react');
const { authPlugin } = await load<typeof import('../../packages/client/src/vue.ts')>('client/src/vue');
const { createAuth } = await load<typeof import('../../packages/client/src/svelte.ts')>('client/src/svelte');
const { axiosAdapter } = await load<typeof import('../../packages/client/src/axios.ts')>('client/src/axios');
await load('client/src/devtools');
const mock = await load<typeof import('../../packages/mock-server/src/index.ts')>('mock-server/src/index');
const { createHandlers } = await load<typeof import('../../packages/mock-server/src/msw.ts')>('mock-server/src/msw');

const baseUrl = 'https://api.example.com';
const client = await step('createAuthClient of the index', () =>
  index.createAuthClient({ baseUrl, protocol: index.jsonProtocol(), ky: { timeout: 1_000 } }),
);
await step('createAuthClient of the core', () => core.createAuthClient({ baseUrl, renew: 'while-visible' }));
await step('createAuthClient in the session storage', () => core.createAuthClient({ baseUrl, storage: 'session' }));
await step('createAuthClient with a key', () => core.createAuthClient({ baseUrl, fetch: dpopFetch({ baseUrl }) }));
await step('adapters', () => [authPlugin(client), createAuth(client), axiosAdapter(client)]);
await step('a client that is disposed of unused', () => core.createAuthClient({ baseUrl }).dispose());
await step('createAuthServer', () =>
  mock.createAuthServer({
    users: [{ username: 'ada', password: 'lovelace' }],
    policy: { dpopNonce: true },
    allowedOrigins: [baseUrl],
  }),
);
await step('a server on a clock, and its handlers', () => {
  const clock = mock.manualClock();
  const server = mock.createAuthServer({ clock, passwordHasher: mock.cheapPasswordHasher() });
  return [createHandlers(server, { baseUrl }), mock.platformOf(clock), mock.platformOf(mock.runningClock())];
});
// That the watch is awake: the first use is where all of it begins.
await step('first use', () => {
  try {
    return client.session;
  } catch (error) {
    return error;
  }
});

print(JSON.stringify(steps));
