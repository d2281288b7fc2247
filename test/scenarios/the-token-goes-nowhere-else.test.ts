import { type AuthClient, createAuthClient } from '@latchkey/client';
import { createAuthServer, platformOf } from '@latchkey/mock-server';
import { expect, it } from 'vitest';

type Ask = (client: AuthClient, url: string, init?: RequestInit & { auth?: boolean }) => Promise<unknown>;

/** Every way of asking goes by the same rule. */
const ways: Record<string, Ask> = {
  'client.fetch': (client, url, init) => client.fetch(url, init),
  'client.fetch of a Request': async (client, url) => client.fetch(new Request(new URL(url, 'https://api.x.com/'))),
  'client.api': async (client, url) => client.api(url, { retry: 0 }),
};

/** The `Authorization` that goes with a request; `null` where none does, nor any request. */
const carried = async (ask: Ask, url: string, apis: string[], init?: RequestInit & { auth?: boolean }) => {
  const server = createAuthServer();
  let authorization: string | null = null;
  const client = createAuthClient({
    baseUrl: 'https://api.x.com',
    apis,
    storage: 'memory',
    platform: platformOf(server.clock),
    fetch: async (input, given) => {
      authorization = new Headers(given?.headers ?? (input as Request).headers).get('authorization');
      return new Response();
    },
  });
  client.adoptTokens(await server.seedSession('ada'));
  // What no request can be made of is not sent at all.
  await ask(client, url, init).catch(() => {});
  client.dispose();
  return authorization as string | null;
};
const apis = ['https://api.x.com', 'https://files.x.com/v2/'];

for (const [way, ask] of Object.entries(ways)) {
  for (const url of [
    'https://api.x.com.evil.com/',
    'https://api.x.com@evil.com/',
    'https://user:pw@api.x.com/',
    'https://evil.com\\@api.x.com/',
    'https://evil.com#@api.x.com/',
    'https://evil.com?x=https://api.x.com/',
    'https://api-x.com/',
    'https://x.com/',
    'https://sub.api.x.com/',
    'https://api.x.com./',
    '//evil.com/',
    '/\\evil.com/',
    '\\\\evil.com/',
    ' \thttps://evil.com/',
    'ht\ntps://evil.com/',
    'http://api.x.com/',
    'ws://api.x.com/',
    'wss://api.x.com/',
    'https://files.x.com/v1/',
    'https://files.x.com/v22/',
    'https://files.x.com/V2/',
    'https://files.x.com/v2/../v1/',
    'https://files.x.com/v2/%2e%2e/v1/',
    'https://files.x.com/v2\\..\\v1/',
    'https://api.x.com:8443/',
    'https://evil.com/https://api.x.com/',
    'data:text/plain,https://api.x.com/',
    'blob:https://api.x.com/0b1f2c3d-0000-4000-8000-000000000000',
  ]) {
    it(`no token goes to ${JSON.stringify(url)} with ${way} (X2, ATT-1, TST-18)`, async () => {
      expect(await carried(ask, url, apis)).toBeNull();
    });
  }

  for (const url of [
    'https://api.x.com/me',
    'me',
    '/me',
    '?page=2',
    'https://API.X.com/me',
    'https://files.x.com/v2',
    'https://files.x.com/v2/a',
    'https://files.x.com/v2/a/../b?x=https://evil.com#@evil.com',
    'https://api.x.com:443/',
  ]) {
    it(`the token goes to ${url} with ${way}`, async () => {
      expect(await carried(ask, url, apis)).toMatch(/^Bearer /);
    });
  }
}

const fetching: Ask = (client, url, init) => client.fetch(url, init);

it('auth: false and an Authorization of the caller keep it away', async () => {
  expect(await carried(fetching, 'me', apis, { auth: false })).toBeNull();
  expect(await carried(fetching, 'me', apis, { headers: { AUTHORIZATION: 'Basic x' } })).toBe('Basic x');
});
