import type { AuthClient, AuthClientOptions } from '@latchkey/client';
import { expect, it } from 'vitest';
import { atRest, baseUrl, createScene, type Scene } from '../support/scene.ts';

/** A scene with Ada signed in, and what went over its network. */
async function observed(
  options: Partial<AuthClientOptions> = {},
): Promise<{ scene: Scene; client: AuthClient; sent: Request[] }> {
  const sent: Request[] = [];
  const scene = createScene({}, (fetch) => (input, init) => {
    const request = new Request(input, init);
    sent.push(request.clone());
    return fetch(request);
  });
  const { client } = scene.open(options);
  client.adoptTokens(await scene.server.seedSession('ada'));
  return { scene, client, sent };
}

for (const [when, before] of Object.entries({
  'has to wait for a refresh': ({ server }: Scene) => server.clock.advance('20m'),
  'is sent once more': ({ server }: Scene) => server.keys.rotate({ immediately: true }),
})) {
  it(`what the caller changes after the call is sent as it was, where the request ${when} (P1)`, async () => {
    const { scene, client, sent } = await observed();
    await before(scene);
    const headers = new Headers({ 'x-own': '1' });
    const record = { 'x-own': '1' };
    const pairs: [string, string][] = [['x-own', '1']];
    const form = new FormData();
    form.set('n', '1');
    const search = new URLSearchParams('n=1');
    const bytes = new TextEncoder().encode('-n=1-');
    const init = { method: 'POST', body: 'n=1', headers: { 'x-own': '1' } };
    const bodies = [form, search, bytes.buffer, bytes.subarray(1, 4), new DataView(bytes.buffer, 1, 3)];
    const calls = [
      ...[headers, record, pairs].map((headers) => client.fetch('echo', { method: 'POST', body: 'n=1', headers })),
      ...bodies.map((body) => client.fetch('echo', { method: 'POST', body, headers: { 'x-own': '1' } })),
      client.fetch('echo', init),
    ];
    headers.set('x-own', '2');
    record['x-own'] = '2';
    pairs.push(['x-more', '2']);
    form.set('n', '2');
    search.set('n', '2');
    bytes.fill(50);
    Object.assign(init, { method: 'DELETE', body: null, headers: {} });
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(calls.map(() => 200));
    const echoes = sent.filter(({ url }) => url.endsWith('echo'));
    expect(echoes).toHaveLength(calls.length * (when === 'is sent once more' ? 2 : 1));
    for (const echo of echoes) {
      expect([echo.method, echo.headers.get('x-own'), echo.headers.has('x-more')]).toEqual(['POST', '1', false]);
      expect(await echo.text()).toMatch(/^-?n=1-?$|name="n"\r\n\r\n1\r\n/);
    }
  });
}

it('headers that can be read only once are read once, with a token, without one and with one of the caller (P1)', async () => {
  const { client, sent } = await observed();
  const once = (given: Record<string, string>) => new Map(Object.entries(given)).entries() as unknown as HeadersInit;
  await client.fetch('me', { headers: once({ 'x-own': '1' }) });
  await client.fetch('me', { headers: once({ 'x-own': '1', authorization: 'Basic eDp5' }) });
  await client.logout();
  sent.splice(2);
  await client.fetch('me', { headers: once({ 'x-own': '1' }) });
  expect(sent.map(({ headers }) => headers.get('x-own'))).toEqual(['1', '1', '1']);
  expect(sent.map(({ headers }) => headers.get('authorization')?.slice(0, 6))).toEqual(['Bearer', 'Basic ', undefined]);
});

const settings = { method: 'DELETE', headers: { 'x-own': '1' }, cache: 'no-store', credentials: 'include' } as const;
for (const [what, init] of Object.entries({
  'a Request': () => new Request(`${baseUrl}other`, settings),
  'an object that inherits': () => Object.create(settings) as RequestInit,
})) {
  it(`${what} serves as init, with a token as without one (P1)`, async () => {
    const { client, sent } = await observed();
    await client.fetch('echo', init());
    await client.logout();
    sent.splice(1);
    await client.fetch('echo', init());
    const said = sent.map(({ url, method, headers, cache, credentials }) => {
      return { url, method, headers: { 'x-own': headers.get('x-own') }, cache, credentials };
    });
    expect(said).toEqual(Array(2).fill({ url: `${baseUrl}echo`, ...settings }));
  });
}

it('what a Request says of referrers is said again where it gets a token, or an init of ours at all', async () => {
  const said: [path: string, policy: string | undefined][] = [];
  // Read here: with MSW around, a Request made of a Request forgets it in any case.
  const scene = createScene({}, (fetch) => (input, init) => {
    const request = input as Request;
    said.push([new URL(request.url).pathname, (init ?? request).referrerPolicy]);
    return fetch(input, init);
  });
  const { client } = scene.open();
  await client.login({ username: 'ada', password: 'ada-password' }, { signal: new AbortController().signal });
  await scene.server.keys.rotate({ immediately: true });
  const quiet = { referrerPolicy: 'no-referrer' } as const;
  await client.fetch(new Request(`${baseUrl}me`, quiet));
  await client.api.get('me', quiet);
  await client.api.get('me', { ...quiet, totalTimeout: 60_000 });
  await client.logout();
  await client.api.get('me', { ...quiet, throwHttpErrors: false });
  const paths = ['auth/login', 'me', 'auth/refresh', 'me', 'me', 'me', 'auth/logout', 'me'];
  expect(said).toEqual(paths.map((path) => [`/${path}`, 'no-referrer']));
});

it('signal: null takes the signal of a Request away, during a refresh, too (R1)', async () => {
  const { scene, client } = await observed();
  scene.server.clock.advance('20m');
  const abort = new AbortController();
  const response = client.fetch(new Request(`${baseUrl}me`, { signal: abort.signal }), { signal: null });
  abort.abort();
  expect((await response).status).toBe(200);
});

it('whoever is aborted before asking causes no refresh (R1)', async () => {
  const { scene, client, sent } = await observed();
  scene.server.clock.advance('20m');
  const reason = new Error('changed my mind');
  const signal = AbortSignal.abort(reason);
  const calls = [
    client.fetch('me', { signal }),
    client.fetch(new Request(`${baseUrl}me`, { signal })),
    client.api.get('me', { signal, retry: 0 }),
    client.getAccessToken({ signal }),
  ];
  await Promise.all(calls.map((call) => expect(call).rejects.toBe(reason)));
  await atRest(scene);
  expect(sent).toEqual([]);
});

for (const tail of ['?tenant=5', '#/route', '?', '#']) {
  it(`what follows the path of a baseUrl is no part of the addresses below it: ${tail}`, async () => {
    const { client, sent } = await observed({ baseUrl: `${baseUrl}v1/${tail}` });
    await client.fetch('orders');
    await client.api.get('orders', { throwHttpErrors: false });
    await client.fetch(`${baseUrl}v1/orders`);
    expect(sent.map(({ url }) => url)).toEqual(Array(3).fill(`${baseUrl}v1/orders`));
    expect(sent.every(({ headers }) => headers.has('authorization'))).toBe(true);
  });
}
