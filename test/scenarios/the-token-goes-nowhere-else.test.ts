import { createAuthClient } from '@latchkey/client';
import { createAuthServer, platformOf } from '@latchkey/mock-server';
import { expect, it } from 'vitest';

const carried = async (
  url: string,
  apis: string[],
  init?: RequestInit & { auth?: boolean },
): Promise<string | null> => {
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
  await client.fetch(url, init);
  return authorization;
};
const apis = ['https://api.x.com', 'https://files.x.com/v2/'];

for (const url of [
  'https://api.x.com.evil.com/',
  'https://api.x.com@evil.com/',
  'https://user:pw@api.x.com/',
  '//evil.com/',
  '\\\\evil.com/',
  'http://api.x.com/',
  'https://files.x.com/v1/',
  'https://files.x.com/v22/',
  'https://files.x.com/v2/../v1/',
  'https://files.x.com/v2/%2e%2e/v1/',
  'https://api.x.com:8443/',
  'https://evil.com/https://api.x.com/',
  'data:text/plain,https://api.x.com/',
]) {
  it(`no token goes to ${url} (X2, TST-18)`, async () => {
    expect(await carried(url, apis)).toBeNull();
  });
}

for (const url of [
  'https://api.x.com/me',
  'me',
  '/me',
  'https://API.X.com/me',
  'https://files.x.com/v2/a',
  'https://api.x.com:443/',
]) {
  it(`the token goes to ${url}`, async () => {
    expect(await carried(url, apis)).toMatch(/^Bearer /);
  });
}

it('auth: false and an Authorization of the caller keep it away', async () => {
  expect(await carried('me', apis, { auth: false })).toBeNull();
  expect(await carried('me', apis, { headers: { AUTHORIZATION: 'Basic x' } })).toBe('Basic x');
});
