import { expect, it } from 'vitest';
import { memoryStore } from './store/memory-store.ts';
import { bearer, direct, testServer } from './testing/api.ts';
import { newDevice } from './testing/device.ts';
import { apiOfDevice } from './testing/device-api.ts';
import { signedByStranger } from './testing/forgeries.ts';

// Kind: an endpoint that is not the server's own lets in what `me` would refuse.

const app = 'https://app.example';

function start() {
  const tested = testServer({ allowedOrigins: [app] });
  const orders = (init?: RequestInit, url = 'https://api.example/orders?q=1') =>
    tested.server.authenticate(new Request(url, init));
  const refusal = async (init?: RequestInit, url?: string): Promise<[number, string | null]> => {
    const answer = await orders(init, url);
    if (!(answer instanceof Response)) throw new Error('It was let in.');
    return [answer.status, answer.headers.get('www-authenticate')];
  };
  return { ...tested, orders, refusal };
}

it('tells the claims and the session of a good token, and leaves the body alone (OS6)', async () => {
  const { server, orders } = start();
  const { access_token, sid } = await server.seedSession('ada', { clientId: 'spa' });
  expect(await orders(bearer(access_token))).toMatchObject({
    claims: { sub: 'ada', sid, client_id: 'spa' },
    session: { sid, username: 'ada', status: 'live' },
  });
  const request = new Request('https://api.example/x', { ...bearer(access_token), method: 'POST', body: 'mine' });
  await server.authenticate(request);
  expect(await request.text()).toBe('mine');
});

it('refuses whatever `me` refuses, with the same answer (OS6)', async () => {
  const { server, clock, refusal } = start();
  const asMe = async (init?: RequestInit) => {
    const { status, headers } = await direct(server)('me', init);
    expect(await refusal(init)).toEqual([status, headers.get('www-authenticate')]);
    expect(status).toBe(401);
  };
  const { access_token, refresh_token, sid } = await server.seedSession('ada');
  await asMe();
  await asMe(bearer('x'));
  await asMe(bearer(refresh_token));
  await asMe(bearer(`${access_token}x`));
  await asMe(bearer(await signedByStranger(access_token)));
  await asMe({ headers: { authorization: `Basic ${access_token}` } });
  await asMe({ headers: { authorization: `DPoP ${access_token}` } });
  await server.sessions.revoke(sid);
  await asMe(bearer(access_token));
  const other = await server.seedSession('ada');
  clock.advance('20m');
  await asMe(bearer(other.access_token));
  const leaked = await server.seedSession('ada');
  await server.keys.rotate({ immediately: true });
  await asMe(bearer(leaked.access_token));
});

it('refuses a token of another server, or for another audience (OS6)', async () => {
  const { server, keys } = start();
  const elsewhere = testServer({ signingKeys: keys, audience: 'https://other.example' }).server;
  const { access_token } = await elsewhere.seedSession('ada');
  expect(await server.authenticate(new Request('https://api.example/x', bearer(access_token)))).toMatchObject({
    status: 401,
  });
});

it('asks for the proof of a bound token: for this method, this address, this token, once, with a nonce (OS6)', async () => {
  const { server, clock } = start();
  const device = await newDevice();
  const { access_token } = await server.seedSession('ada', { deviceKey: device.thumbprint });
  const sent: Request[] = [];
  const send = async (path: string, init?: RequestInit) => {
    const request = new Request(new URL(path, 'https://api.example/'), init);
    sent.push(request.clone());
    const answer = await server.authenticate(request);
    return answer instanceof Response ? answer : Response.json(answer.claims);
  };
  const owner = apiOfDevice(send, device, { clock, baseUrl: 'https://api.example/' });
  const authorization = `DPoP ${access_token}`;
  const ask = () => owner.send('orders', { headers: { authorization } }, { accessToken: access_token });
  const first = await ask();
  expect([first.status, await first.json()]).toMatchObject([401, { error: 'use_dpop_nonce' }]);
  expect(first.headers.get('dpop-nonce')).toMatch(/^[\w-]{43}$/);
  const second = await ask();
  expect([second.status, await second.json()]).toMatchObject([200, { sub: 'ada' }]);
  const used = sent.at(-1) as Request;
  const tried = async (request: Request) => (await server.authenticate(request)) instanceof Response;
  expect(await tried(used.clone())).toBe(true);
  for (const [url, method] of [
    ['https://api.example/other', 'GET'],
    ['https://api.example/orders', 'POST'],
    ['https://evil.example/orders', 'GET'],
  ] as const) {
    expect(await tried(new Request(url, { method, headers: used.headers }))).toBe(true);
  }
  expect(await tried(new Request(used.url, bearer(access_token)))).toBe(true);
});

it('takes a proof for where clients find the server (OS6)', async () => {
  const { server, clock } = start();
  const device = await newDevice();
  const { access_token } = await server.seedSession('ada', { deviceKey: device.thumbprint });
  const send = async (path: string, init?: RequestInit) => {
    const request = new Request(new URL(path, 'http://10.0.0.1:8080/'), init);
    const answer = await server.authenticate(request, { origin: 'https://api.example' });
    return answer instanceof Response ? answer : Response.json(answer.claims);
  };
  const owner = apiOfDevice(send, device, { clock, baseUrl: 'https://api.example/' });
  const ask = () =>
    owner.send('orders', { headers: { authorization: `DPoP ${access_token}` } }, { accessToken: access_token });
  await ask();
  expect((await ask()).status).toBe(200);
});

it('answers 503 while the store is away, and lets allowed pages read every refusal (OS6)', async () => {
  const { server } = testServer({
    allowedOrigins: [app],
    store: { ...memoryStore(), find: () => Promise.reject(new Error('gone')) },
  });
  const { access_token } = await server.seedSession('ada');
  const answer = await server.authenticate(
    new Request('https://api.example/x', { headers: { authorization: `Bearer ${access_token}`, origin: app } }),
  );
  expect(answer).toMatchObject({ status: 503 });
  const { headers } = answer as Response;
  expect([headers.get('access-control-allow-origin'), headers.get('retry-after')]).toEqual([app, '1']);
});
