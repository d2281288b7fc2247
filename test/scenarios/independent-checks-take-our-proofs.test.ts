import 'fake-indexeddb/auto';
import { createAuthClient } from '@latchkey/client';
import { dpopFetch } from '@latchkey/client/dpop';
import { cheapPasswordHasher, createAuthServer } from '@latchkey/mock-server';
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { expect, it } from 'vitest';
import { fetchFrom } from '../support/open-tab.ts';
import { baseUrl, users } from '../support/scene.ts';

const issuer = 'https://api.test';

/** A client that has logged in, called and refreshed, and every request that it sent with a proof. */
async function requestsOfAClient() {
  const server = createAuthServer({
    users,
    passwordHasher: cheapPasswordHasher(),
    issuer,
    audience: issuer,
  });
  const sent: Request[] = [];
  const toServer = fetchFrom(server);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (request.headers.has('dpop')) sent.push(request.clone());
    return toServer(request);
  };
  const client = createAuthClient({ baseUrl, fetch: dpopFetch({ baseUrl, fetch }) });
  await client.login({ username: 'ada', password: 'ada-password' });
  await client.fetch('me?page=2#top');
  await client.fetch('echo', { method: 'POST', body: 'text' });
  await client.refresh({ force: true });
  await client.api.get('me');
  await client.logout();
  return { sent, toServer };
}

it('another resource server takes the requests that the client binds (DPP-2)', async () => {
  const { sent, toServer } = await requestsOfAClient();
  const as: oauth.AuthorizationServer = { issuer, jwks_uri: `${baseUrl}auth/jwks` };
  const calls = sent.filter(({ headers }) => headers.has('authorization'));
  expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
    `GET ${baseUrl}me?page=2#top`,
    `POST ${baseUrl}echo`,
    `GET ${baseUrl}me`,
  ]);
  for (const call of calls) {
    const claims = await oauth.validateJwtAccessToken(as, call, issuer, { [oauth.customFetch]: toServer as never });
    expect(claims.sub).toBe('ada');
    // Those checks see what is wrong.
    const elsewhere = new Request(`${baseUrl}elsewhere`, { method: call.method, headers: call.headers });
    await expect(
      oauth.validateJwtAccessToken(as, elsewhere, issuer, { [oauth.customFetch]: toServer as never }),
    ).rejects.toThrow();
  }
});

it('every proof is a JWT that another library verifies: its type, its key, its time, and an id of its own (DPP-2)', async () => {
  const { sent } = await requestsOfAClient();
  const ids = new Set<unknown>();
  const keys = new Set<string>();
  for (const { method, url, headers } of sent) {
    const { payload, protectedHeader } = await jwtVerify(headers.get('dpop') ?? '', EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256'],
      maxTokenAge: '60s',
      requiredClaims: ['jti', 'htm', 'htu', 'iat', ...(headers.has('authorization') ? ['ath'] : [])],
    });
    expect(payload).toMatchObject({ htm: method, htu: url.replace(/[?#].*/, '') });
    expect(Object.keys(protectedHeader).sort()).toEqual(['alg', 'jwk', 'typ']);
    expect(Object.keys(protectedHeader.jwk ?? {}).sort()).toEqual(['crv', 'kty', 'x', 'y']);
    expect(String(payload.jti).length).toBeGreaterThanOrEqual(16);
    ids.add(payload.jti);
    keys.add(await calculateJwkThumbprint(protectedHeader.jwk as JWK));
  }
  expect(sent.length).toBeGreaterThan(5);
  expect(ids.size).toBe(sent.length);
  expect(keys.size).toBe(1);
});
