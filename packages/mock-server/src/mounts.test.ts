import { request } from 'node:http';
import { http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHandlers } from './msw.ts';
import { type ServeOptions, serve } from './node.ts';
import {
  type Api,
  ada,
  apiOf,
  bearer,
  byOwner,
  jsonPost,
  outcomeOf,
  pairOf,
  type Send,
  someKey,
  testServer,
  tokensOf,
} from './testing/api.ts';
import { newDevice } from './testing/device.ts';
import { apiOfDevice } from './testing/device-api.ts';
import { type Mounted, mounts } from './testing/mounts.ts';

describe.each(['MSW', 'HTTP', 'Hono'] as const)('a server mounted by %s', (mount) => {
  const { server, clock } = testServer({ allowedOrigins: ['https://app.example'] });
  let mounted: Mounted;
  let api: Api;

  beforeAll(async () => {
    mounted = await mounts[mount](server);
    api = apiOf(mounted.send);
  });
  afterAll(() => mounted.close());
  beforeEach(() => server.reset());

  it('lives through a session from login to logout', async () => {
    const first = await tokensOf(await api.login());
    expect((await api.me(first.access_token)).status).toBe(200);
    clock.advance('20m');
    expect((await api.me(first.access_token)).status).toBe(401);
    const second = await tokensOf(await api.refresh(first.refresh_token, someKey(1)));
    expect(await (await api.me(second.access_token)).json()).toMatchObject({ username: ada.username });
    clock.advance('91d');
    expect(await outcomeOf(await api.logout(pairOf(second)))).toEqual([200, { status: 'revoked' }]);
    expect(server.requests.map(({ endpoint, status }) => `${endpoint} ${status}`)).toEqual([
      'login 200',
      'me 200',
      'me 401',
      'refresh 200',
      'me 200',
      'logout 200',
    ]);
  });

  it('echoes method, headers less credentials, and the digest of the body', async () => {
    const { access_token } = await server.seedSession('ada');
    const body = new Uint8Array(100_000).fill(7);
    const answer = await mounted.send('echo/some/thing?q=1', {
      method: 'PUT',
      headers: { authorization: `Bearer ${access_token}`, cookie: 'a=b', 'x-mine': 'yes' },
      body,
    });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
    const echo = (await answer.json()) as { headers: Record<string, string> };
    expect(echo).toMatchObject({
      method: 'PUT',
      path: new URL('echo/some/thing', mounted.baseUrl).pathname,
      query: '?q=1',
      headers: { 'x-mine': 'yes' },
      body: {
        length: 100_000,
        sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      },
    });
    expect(Object.keys(echo.headers)).not.toContain('authorization');
    expect(JSON.stringify(echo)).not.toContain(access_token);
  });

  it('answers a body that is too large or comes without permission, and goes on', async () => {
    const huge = { method: 'POST', headers: { 'content-type': 'application/json' }, body: new Uint8Array(3_000_000) };
    expect((await mounted.send('auth/login', huge)).status).toBe(413);
    const stream = new Blob([huge.body]).stream();
    const streamed = { method: 'POST', headers: huge.headers, body: stream, duplex: 'half' } as RequestInit;
    expect((await mounted.send('auth/login', streamed)).status).toBe(413);
    expect((await mounted.send('echo', huge)).status).toBe(401);
    expect((await api.login()).status).toBe(200);
  });

  it('answers HEAD and DELETE without a body', async () => {
    const tokens = await server.seedSession('ada');
    const { access_token, sid } = tokens;
    const head = await mounted.send('me', { ...bearer(access_token), method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const ended = await mounted.send(`auth/sessions/${sid}`, byOwner(tokens, 'DELETE'));
    expect([ended.status, await ended.text()]).toEqual([204, '']);
  });

  it('takes proofs for its own address, whatever the query, and for no other', async () => {
    const device = await newDevice();
    const { access_token } = await server.seedSession('ada', { deviceKey: device.thumbprint });
    const authorization = `DPoP ${access_token}`;
    const call = (baseUrl: string) =>
      apiOfDevice(mounted.send, device, { clock, baseUrl }).send(
        'echo?q=1',
        { method: 'POST', headers: { authorization }, body: 'x' },
        { accessToken: access_token },
      );
    expect(await outcomeOf(await call(mounted.baseUrl))).toMatchObject([401, { error: 'use_dpop_nonce' }]);
    expect(await outcomeOf(await call('https://evil.example/v1/'))).toMatchObject([
      401,
      { error: 'invalid_dpop_proof' },
    ]);
    const owner = apiOfDevice(mounted.send, device, { clock, baseUrl: mounted.baseUrl });
    await owner.greet();
    expect((await owner.me(access_token)).status).toBe(200);
  });

  it('publishes its metadata where RFC 8414 looks for it, with addresses that answer', async () => {
    const { origin, pathname } = new URL(mounted.baseUrl);
    const inserted = new URL(`/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`, origin).href;
    const addresses = mount === 'Hono' ? [] : [inserted];
    for (const address of ['.well-known/oauth-authorization-server', ...addresses]) {
      const metadata = (await (await mounted.send(address)).json()) as Record<string, string>;
      expect(metadata['token_endpoint']).toBe(new URL('auth/refresh', mounted.baseUrl).href);
      const jwks = await mounted.send(metadata['jwks_uri'] ?? '');
      expect(await jwks.json()).toMatchObject({ keys: [{ kty: 'EC' }] });
    }
  });
});

describe('the MSW mount', () => {
  it('leaves other addresses to other handlers', async () => {
    const { server } = testServer();
    const others = http.all('*', () => new Response('another handler'));
    const network = setupServer(...createHandlers(server, { baseUrl: 'https://api.example/v1' }), others);
    network.listen();
    try {
      expect((await fetch('https://api.example/v1/me')).status).toBe(401);
      for (const other of ['https://api.example/me', 'https://api.example/v1/todos', 'https://other.example/v1/me']) {
        expect(await (await fetch(other)).text()).toBe('another handler');
      }
    } finally {
      network.close();
    }
    expect(server.requests).toHaveLength(1);
  });

  it('refuses a relative address where there is no page', () => {
    expect(() => createHandlers(testServer().server, { baseUrl: '/api/' })).toThrow(TypeError);
  });
});

describe('the HTTP mount', () => {
  it('serves below a path', async () => {
    const { server } = testServer();
    const { url, close } = await serve(server, { basePath: '/v1', host: 'localhost' });
    expect(new URL(url).pathname).toBe('/v1/');
    expect((await fetch(new URL('me', url))).status).toBe(401);
    expect((await fetch(new URL('/me', url))).status).toBe(404);
    await close();
    await expect(fetch(url)).rejects.toThrow(TypeError);
  });

  it('knows who is asking: the connection, what proxies say who are believed, or what it is told to go by (WIR-12)', async () => {
    const login = async (options: ServeOptions) => {
      const { server, store } = testServer();
      const { url, close } = await serve(server, options);
      const headers = { 'x-forwarded-for': '198.51.100.66, 203.0.113.5', 'x-real-ip': '192.0.2.9' };
      const init = jsonPost({ username: ada.username, password: ada.password });
      await fetch(new URL('auth/login', url), { ...init, headers: { ...init.headers, ...headers } });
      await close();
      return (await store.list())[0]?.family.ipPrefix;
    };
    expect(await login({})).toBe('127.0.0.0/24');
    expect(await login({ proxies: 1 })).toBe('203.0.113.0/24');
    expect(await login({ proxies: 2 })).toBe('198.51.100.0/24');
    expect(await login({ proxies: 3 })).toBe('127.0.0.0/24');
    expect(await login({ clientIp: ({ headers }) => String(headers['x-real-ip']) })).toBe('192.0.2.0/24');
    expect(await login({ clientIp: () => undefined })).toBeNull();
  });

  it('names itself, and takes proofs, for where clients find it (WIR-12)', async () => {
    const { server, clock } = testServer();
    const { url, close } = await serve(server, { origin: 'https://api.example/' });
    const metadata = await (await fetch(new URL('.well-known/oauth-authorization-server', url))).json();
    expect(metadata).toMatchObject({ token_endpoint: 'https://api.example/auth/refresh' });
    const device = await newDevice();
    const { access_token } = await server.seedSession('ada', { deviceKey: device.thumbprint });
    const send: Send = (path, init) => fetch(new URL(path, url), init);
    const meAs = async (baseUrl: string) => {
      const owner = apiOfDevice(send, device, { clock, baseUrl });
      await owner.greet();
      return (await owner.me(access_token)).status;
    };
    expect([await meAs('https://api.example/'), await meAs(url)]).toEqual([200, 401]);
    await close();
    await expect(serve(server, { origin: 'api.example' })).rejects.toThrow(TypeError);
  });

  it('closes the connection after each answer', async () => {
    const { url, close } = await serve(testServer().server);
    expect((await fetch(new URL('me', url))).headers.get('connection')).toBe('close');
    await close();
  });

  it('lets a slow sender finish before it says that the body is too large', async () => {
    const { url, close } = await serve(testServer().server);
    const headers = { 'content-type': 'application/json', 'content-length': 4_000_000 };
    let sent = false;
    const sending = request(new URL('auth/login', url), { method: 'POST', headers });
    const answer = new Promise<[number | undefined, boolean]>((resolve, reject) => {
      sending.on('response', ({ statusCode }) => resolve([statusCode, sent])).on('error', reject);
    });
    for (let part = 0; part < 40; part += 1) {
      sent = part === 39;
      sending.write(new Uint8Array(100_000));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    sending.end();
    expect(await answer).toEqual([413, true]);
    await close();
  });

  it('can be closed more than once', async () => {
    const { close } = await serve(testServer().server);
    await Promise.all([close(), close({ grace: 60_000 })]);
    await close();
  });

  it('moves the clock where it is mounted, however the place is written', async () => {
    const { url, close } = await serve(testServer().server, { basePath: 'v1', clockEndpoint: true });
    const answer = await fetch(new URL('clock/advance', url), jsonPost({ advance: 1 }));
    expect([new URL(url).pathname, answer.status]).toEqual(['/v1/', 200]);
    await close();
  });

  it('says why a port cannot be had', async () => {
    const { url, close } = await serve(testServer().server);
    await expect(serve(testServer().server, { port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
    await close();
  });
});
