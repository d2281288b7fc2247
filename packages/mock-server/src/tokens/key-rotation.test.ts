import { decodeProtectedHeader } from 'jose';
import { expect, it } from 'vitest';
import { day } from '../clock/duration.ts';
import type { Policy } from '../policy.ts';
import { apiOf, direct, outcomeOf, pairOf, testServer } from '../testing/api.ts';

async function start(policy: Partial<Policy> = {}) {
  const { server, clock, keys } = testServer({ policy });
  const send = direct(server);
  const published = async () => {
    const { keys: jwks } = (await (await send('auth/jwks')).json()) as { keys: { kid: string; d?: string }[] };
    return jwks;
  };
  return { server, clock, keys, api: apiOf(send), published };
}

it('signs with the new key at once and lets the old tokens live out their time', async () => {
  const { server, clock, api, published } = await start();
  const old = await server.seedSession('ada');
  await server.keys.rotate();
  const young = await server.seedSession('ada');
  expect(decodeProtectedHeader(young.access_token).kid).not.toBe(decodeProtectedHeader(old.access_token).kid);
  expect((await api.me(old.access_token)).status).toBe(200);
  expect((await api.me(young.access_token)).status).toBe(200);
  expect(await published()).toHaveLength(2);
  clock.advance('20m');
  expect(await published()).toHaveLength(1);
});

it('accepts a replaced key at logout and for no API call', async () => {
  const { server, clock, api, published } = await start();
  const old = await server.seedSession('ada', { accessTtl: 2 * 3_600_000 });
  await server.keys.rotate();
  clock.advance('30m');
  expect((await api.me(old.access_token)).status).toBe(401);
  expect(await outcomeOf(await api.logout(pairOf(old)))).toEqual([200, { status: 'revoked' }]);
  expect((await published()).map(({ kid }) => kid)).not.toContain(decodeProtectedHeader(old.access_token).kid);
});

it('can drop a key from API calls at once', async () => {
  const { server, api } = await start();
  const old = await server.seedSession('ada');
  await server.keys.rotate({ immediately: true });
  expect((await api.me(old.access_token)).status).toBe(401);
  expect((await api.logout(pairOf(old))).status).toBe(200);
});

it.each([
  ['90d 20m', {}],
  ['90d 20m', { refreshTtl: 3_600_000, accessTtl: 60_000 }],
  ['180d 20m', { refreshTtl: 180 * day }],
  ['90d 1h', { accessTtl: 3_600_000 }],
])(
  'keeps a replaced key for the %s a session and its last access token can last, and not for ever (TOK-8)',
  async (span, policy) => {
    const { server, clock, keys } = await start(policy);
    await server.seedSession('ada');
    await server.keys.rotate();
    clock.advance(span);
    await server.keys.rotate();
    expect(await keys.load()).toHaveLength(3);
    clock.advance(1);
    await server.keys.rotate();
    expect(await keys.load()).toHaveLength(3);
  },
);

it('calls a logout in the last hour of a long session a logout, though its key was replaced on the first day (TOK-8)', async () => {
  const { server, clock, api } = await start({ refreshTtl: 180 * day, refreshWindow: 180 * day });
  const tokens = await server.seedSession('ada');
  await server.keys.rotate();
  clock.advance('179d 23h');
  await server.keys.rotate();
  expect(await outcomeOf(await api.logout(pairOf(tokens)))).toEqual([200, { status: 'revoked' }]);
});

it('publishes no private key', async () => {
  const { published } = await start();
  expect(await published()).toEqual([
    {
      kty: 'EC',
      crv: 'P-256',
      alg: 'ES256',
      use: 'sig',
      kid: expect.any(String),
      x: expect.any(String),
      y: expect.any(String),
    },
  ]);
});
