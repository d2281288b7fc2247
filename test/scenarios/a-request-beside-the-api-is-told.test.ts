import { createAuthClient } from '@latchkey/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

// Kind: a request that looks like one of the API's goes out without the token, and nobody says so.

const warned: string[] = [];
beforeEach(() => {
  warned.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((...said) => void warned.push(said.join(' ')));
});
afterEach(() => vi.restoreAllMocks());

/** Sends one request and gives what was warned of, and where it went. */
const ask = async (
  url: string,
  options: { baseUrl: string; apis?: string[] },
  init?: { auth: false } | RequestInit,
) => {
  const sent: string[] = [];
  const client = createAuthClient({
    storage: 'memory',
    ...options,
    fetch: async (input) => {
      sent.push(input instanceof Request ? input.url : String(input));
      return new Response();
    },
  });
  await client.fetch(url, init);
  client.dispose();
  return sent;
};

it('a path that begins with a slash leaves the path of baseUrl, and the developer is told so (OC20)', async () => {
  const sent = await ask('/orders?secret=1', { baseUrl: 'https://api.example.com/v1' });
  expect(sent).toEqual(['https://api.example.com/orders?secret=1']);
  expect(warned).toEqual([
    'Latchkey: https://api.example.com/orders was requested without the access token: it is outside of `apis` ' +
      '(https://api.example.com/v1/). A path that begins with a slash starts at the origin, so leave out the slash, or ' +
      'add the prefix to `apis`, or pass `auth: false`.',
  ]);
});

for (const [url, options] of [
  ['../orders', { baseUrl: 'https://dots.example.com/v1' }],
  ['https://whole.example.com/v2/orders', { baseUrl: 'https://whole.example.com/v1' }],
  ['/v10/orders', { baseUrl: 'https://ten.example.com/v1/' }],
  [
    'orders',
    { baseUrl: 'https://apart.example.com/v1/', apis: ['https://apart.example.com/v2/', 'https://files.example.com'] },
  ],
  ['/V1/orders', { baseUrl: 'https://case.example.com/v1/' }],
] as const) {
  it(`so is ${url} with baseUrl ${options.baseUrl} (OC20)`, async () => {
    await ask(url, { ...options, apis: 'apis' in options ? [...options.apis] : undefined } as never);
    expect(warned).toHaveLength(1);
    expect(warned[0]).toMatch(/^Latchkey: https:\/\/\w+\.example\.com\/\S+ was requested without the access token/);
  });
}

it('the same place is told of once', async () => {
  for (const query of ['?page=1', '?page=2']) await ask(`/once${query}`, { baseUrl: 'https://once.example.com/v1' });
  expect(warned).toHaveLength(1);
});

for (const [what, url, init] of [
  ['inside of apis', 'orders', undefined],
  ['to another origin', 'https://cdn.example.net/logo.svg', undefined],
  ['with auth: false', '/health', { auth: false }],
  ['with an Authorization of its own', '/health', { headers: { authorization: 'Basic x' } }],
] as const) {
  it(`a request ${what} is nothing to be told of`, async () => {
    await ask(url, { baseUrl: 'https://quiet.example.com/v1' }, init);
    expect(warned).toEqual([]);
  });
}
