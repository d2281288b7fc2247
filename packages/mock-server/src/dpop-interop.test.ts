import { request } from 'node:http';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuthServer } from './auth-server.ts';
import { manualClock } from './clock/clock.ts';
import { type RunningServer, serve } from './node.ts';
import { outcomeOf, testServer } from './testing/api.ts';
import { newDevice } from './testing/device.ts';

/** A DPoP client that knows nothing of this server, over HTTP and below a path. */
const client: oauth.Client = { client_id: 'generic-client' };
const basePath = '/v1';
const insecure = { [oauth.allowInsecureRequests]: true } as const;

let server: AuthServer;
let running: RunningServer;
let as: oauth.AuthorizationServer;

beforeAll(async () => {
  ({ server } = testServer({ clock: manualClock(Date.now()) }));
  running = await serve(server, { basePath });
  const metadata = await fetch(new URL('.well-known/oauth-authorization-server', running.url));
  as = { ...((await metadata.json()) as oauth.AuthorizationServer), issuer: running.url };
});
afterAll(() => running.close());

const newKeys = () => oauth.generateKeyPair('ES256');
const newHandle = async () => oauth.DPoP(client, await newKeys());

const refresh = async (token: string, DPoP: oauth.DPoPHandle) =>
  oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(as, client, oauth.None(), token, { ...insecure, DPoP }),
  );

const me = (token: string, DPoP?: oauth.DPoPHandle) =>
  oauth.protectedResourceRequest(token, 'GET', new URL('me?page=2', running.url), undefined, undefined, {
    ...insecure,
    ...(DPoP && { DPoP }),
  });

/** As the library's manual has it: the handle keeps the nonce of the answer, so the same call again is right. */
async function withNonce<T>(call: () => Promise<T>): Promise<T> {
  const refused = await call().then(
    () => null,
    (error: unknown) => error,
  );
  if (!oauth.isDPoPNonceError(refused)) throw refused;
  return call();
}

it('says in its metadata that it takes proofs', () => {
  expect(as.dpop_signing_alg_values_supported).toEqual(['ES256']);
});

it('refreshes and calls, each with the nonce it is asked for', async () => {
  const { refresh_token } = await server.seedSession('ada');
  const keys = await newKeys();
  const handle = oauth.DPoP(client, keys);
  const tokens = await withNonce(() => refresh(refresh_token, handle));
  expect(tokens.token_type).toBe('dpop');
  expect(await (await me(tokens.access_token, handle)).json()).toMatchObject({ username: 'ada' });
  // The same keys after a restart: the nonce is forgotten, and the resource is asked first.
  const restarted = oauth.DPoP(client, keys);
  const answer = await withNonce(() => me(tokens.access_token, restarted));
  expect(await answer.json()).toMatchObject({ username: 'ada' });
  expect(await refresh(tokens.refresh_token ?? '', restarted)).toMatchObject({ token_type: 'dpop' });
});

it('refuses another key', async () => {
  const [mine, another] = [await newHandle(), await newHandle()];
  const tokens = await withNonce(async () => refresh((await server.seedSession('ada')).refresh_token, mine));
  await expect(withNonce(() => refresh(tokens.refresh_token ?? '', another))).rejects.toMatchObject({
    error: 'invalid_dpop_proof',
    status: 400,
  });
  for (const handle of [another, undefined]) {
    await expect(me(tokens.access_token, handle)).rejects.toMatchObject({
      cause: expect.arrayContaining([
        expect.objectContaining({ parameters: expect.objectContaining({ error: 'invalid_token' }) }),
      ]),
    });
  }
});

it('validates requests with bound access tokens as this server does', async () => {
  const handle = await newHandle();
  const tokens = await withNonce(async () => refresh((await server.seedSession('ada')).refresh_token, handle));
  const sent: Request[] = [];
  const capture: typeof fetch = async (input, init) => {
    sent.push(new Request(input, init));
    return fetch(input, init);
  };
  const url = new URL('me', running.url);
  const options = {
    ...insecure,
    DPoP: handle,
    [oauth.customFetch]: capture as NonNullable<oauth.ProtectedResourceRequestOptions[typeof oauth.customFetch]>,
  };
  await oauth.protectedResourceRequest(tokens.access_token, 'GET', url, undefined, undefined, options);
  const [request] = sent;
  if (request === undefined) throw new Error('Nothing was sent.');
  const issuer = { ...as, issuer: 'https://latchkey.test' };
  const claims = await oauth.validateJwtAccessToken(issuer, request, issuer.issuer, insecure);
  expect(claims.cnf).toEqual({ jkt: await handle.calculateThumbprint() });
});

it('refuses two proofs in two headers', async () => {
  const device = await newDevice();
  const url = new URL('auth/login', running.url).href;
  const proofs = [1, 2].map(() => device.prove({ method: 'POST', url, now: server.clock.now() }));
  const headers = { 'content-type': 'application/json', dpop: await Promise.all(proofs) };
  const answer = await new Promise<[number | undefined, string]>((resolve, reject) => {
    const sending = request(url, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve([response.statusCode, text]));
    });
    sending.on('error', reject);
    sending.end(JSON.stringify({ username: 'ada', password: 'correct horse' }));
  });
  expect([answer[0], JSON.parse(answer[1])]).toMatchObject([400, { error: 'invalid_dpop_proof' }]);
});

it('knows its public address where a proxy changes it', async () => {
  const device = await newDevice();
  const { access_token } = await server.seedSession('ada', { deviceKey: device.thumbprint });
  const call = async (origin: string | undefined) => {
    const about = {
      method: 'GET',
      url: 'https://api.example/v1/me',
      now: server.clock.now(),
      accessToken: access_token,
    };
    const headers = { authorization: `DPoP ${access_token}`, dpop: await device.prove(about) };
    const inside = new Request('http://10.0.0.7:3000/v1/me', { headers });
    return server.fetch(inside, { basePath, ...(origin !== undefined && { origin }) });
  };
  expect(await outcomeOf(await call('https://api.example'))).toMatchObject([401, { error: 'use_dpop_nonce' }]);
  expect(await outcomeOf(await call(undefined))).toMatchObject([401, { error: 'invalid_dpop_proof' }]);
});
