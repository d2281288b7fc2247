import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuthServer } from './auth-server.ts';
import { type RunningServer, serve } from './node.ts';
import { testServer } from './testing/api.ts';

/** An OAuth client library that knows nothing of this server: what it accepts, others will. */
const client: oauth.Client = { client_id: 'generic-client' };
const clientAuth = oauth.None();
const insecure = { [oauth.allowInsecureRequests]: true } as const;

let server: AuthServer;
let running: RunningServer;
let as: oauth.AuthorizationServer;

beforeAll(async () => {
  // The issuer is the address, which is known once a port is.
  const scout = await serve(testServer().server);
  const issuer = new URL(scout.url);
  await scout.close();
  ({ server } = testServer({ issuer: issuer.href }));
  running = await serve(server, { port: Number(issuer.port) });
  const discovery = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  as = await oauth.processDiscoveryResponse(issuer, discovery);
});
afterAll(() => running.close());

const refresh = async (token: string) =>
  oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(as, client, clientAuth, token, insecure),
  );

it('refreshes and uses the access token', async () => {
  const seeded = await server.seedSession('ada');
  const first = await refresh(seeded.refresh_token);
  const second = await refresh(first.refresh_token ?? '');
  expect(second).toMatchObject({ token_type: 'bearer', refresh_token_timeout: 604_800 });
  const url = new URL('me', running.url);
  const me = await oauth.protectedResourceRequest(second.access_token, 'GET', url, undefined, undefined, insecure);
  expect(await me.json()).toMatchObject({ username: 'ada' });
});

it('validates access tokens as RFC 9068 has them, with the published keys', async () => {
  const tokens = await refresh((await server.seedSession('ada')).refresh_token);
  const request = new Request('https://api.example/', { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const clockSkew = Math.round((server.clock.now() - Date.now()) / 1_000);
  const claims = await oauth.validateJwtAccessToken(as, request, as.issuer, {
    ...insecure,
    [oauth.clockSkew]: clockSkew,
  });
  expect(claims).toMatchObject({ sub: 'ada', client_id: 'generic-client', sid: tokens['sid'] });
});

it('revokes', async () => {
  const { refresh_token } = await server.seedSession('ada');
  const answer = await oauth.revocationRequest(as, client, clientAuth, refresh_token, insecure);
  expect(await oauth.processRevocationResponse(answer)).toBeUndefined();
  expect(await server.sessions.list()).toEqual(
    expect.arrayContaining([expect.objectContaining({ status: 'revoked', revokeReason: 'revoked' })]),
  );
  await expect(refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
});

it('understands a refusal at a protected resource', async () => {
  const url = new URL('me', running.url);
  const refused = oauth.protectedResourceRequest('nonsense', 'GET', url, undefined, undefined, insecure);
  await expect(refused).rejects.toMatchObject({
    name: 'WWWAuthenticateChallengeError',
    cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }],
  });
});
