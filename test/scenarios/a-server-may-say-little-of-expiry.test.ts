import type { AuthClient, TokenResponse } from '@latchkey/client';
import { jsonProtocol } from '@latchkey/client';
import { expect, it } from 'vitest';
import { atRest, baseUrl, createScene, type Scene } from '../support/scene.ts';

// Kind: a server says that a token expires, or has expired, with less than the RFCs ask for.

const lifetime = 20 * 60_000;
const day = 86_400_000;
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Facts {
  /** What its tokens say, besides who they are for. */
  readonly claims: (now: number) => object;
  /** Headers of its 401. */
  readonly refusal: Record<string, string>;
  /** Headers of its tokens. */
  readonly answer?: (now: number) => Record<string, string>;
  /** By how much the device is ahead of it. */
  readonly skew?: number;
  readonly refusesAll?: boolean;
}

/** A server that says no `expires_in`, a page that is signed in there, and what was asked. */
async function sparse({ claims, refusal, answer = () => ({}), skew = 0, refusesAll = false }: Facts) {
  const asked: string[] = [];
  let issued = 0;
  const expiries = new Map<string, number>();
  const tokens = (now: number): Response => {
    issued += 1;
    const access = `${base64({ alg: 'none' })}.${base64({ sub: 'ada', jti: issued, ...claims(now) })}.${'x'.repeat(20)}`;
    expiries.set(access, now + lifetime);
    return Response.json({ access, refresh: `refresh-token-number-${issued}` }, { headers: answer(now) });
  };
  const scene: Scene = createScene({}, () => async (input, init) => {
    const { url, headers } = new Request(input, init);
    const now = scene.server.clock.now();
    const path = url.slice(baseUrl.length);
    if (path !== 'me') {
      asked.push(path);
      return tokens(now);
    }
    const bearer = headers.get('authorization')?.slice('Bearer '.length) ?? '';
    const status = !refusesAll && (expiries.get(bearer) ?? 0) > now ? 200 : 401;
    asked.push(`${path} ${status}`);
    return new Response(null, { status, headers: status === 401 ? refusal : {} });
  });
  const protocol = jsonProtocol({ answer: { accessToken: 'access', refreshToken: 'refresh' } });
  const tab = scene.open({ protocol }, { skew });
  await tab.client.login({ username: 'ada' });
  asked.length = 0;
  const get = async (client: AuthClient = tab.client): Promise<number> => (await client.fetch('me')).status;
  return { ...tab, client: tab.client, scene, asked, get };
}

const bare = { 'www-authenticate': 'Bearer realm="api"' };

it('a JWT with exp and without iat is refreshed before it expires, and no 401 is seen (OC2)', async () => {
  const { scene, client, asked, get } = await sparse({
    claims: (now) => ({ exp: (now + lifetime) / 1000 }),
    refusal: bare,
  });
  expect(client.session).toMatchObject({ accessExpiresAt: scene.server.clock.now() + lifetime });
  expect(await get()).toBe(200);
  for (let hour = 0; hour < 3; hour++) {
    scene.server.clock.advance('1h');
    expect(await get()).toBe(200);
  }
  expect(asked.filter((what) => what === 'me 401')).toEqual([]);
  expect(asked.filter((what) => what === 'auth/refresh')).toHaveLength(3);
  expect(client.session.status).toBe('signed-in');
});

for (const challenge of [
  'Bearer',
  'Bearer realm="api"',
  'bearer',
  'DPoP algs="ES256"',
  'Basic realm="x", Bearer',
  null,
]) {
  it(`a 401 with ${challenge ?? 'no challenge'} to our token is an expiry: one refresh, and no loop where a fresh one is refused (OC2)`, async () => {
    const refusal: Record<string, string> = challenge ? { 'www-authenticate': challenge } : {};
    const { scene, client, asked, get } = await sparse({ claims: () => ({}), refusal });
    expect(client.session).toMatchObject({ accessExpiresAt: Number.POSITIVE_INFINITY });
    scene.server.clock.advance('21m');
    expect(await get()).toBe(200);
    expect(asked).toEqual(['me 401', 'auth/refresh', 'me 200']);
  });
}

it('a server that refuses even fresh tokens with a bare challenge gets one refresh, not one for each request (OC2)', async () => {
  const { asked, get, client } = await sparse({ claims: () => ({}), refusal: bare, refusesAll: true });
  for (let times = 0; times < 5; times++) expect(await get()).toBe(401);
  expect(asked).toEqual(['me 401', 'auth/refresh', ...Array(5).fill('me 401')]);
  expect(client.session.status).toBe('signed-in');
});

for (const error of ['insufficient_scope', 'insufficient_user_authentication', 'invalid_request']) {
  it(`a challenge that names ${error} stays no expiry (OC2)`, async () => {
    const refusal = { 'www-authenticate': `Bearer realm="api", error="${error}"` };
    const { scene, asked, get } = await sparse({ claims: () => ({}), refusal });
    scene.server.clock.advance('21m');
    expect(await get()).toBe(401);
    expect(asked).toEqual(['me 401']);
  });
}

for (const [clock, skew] of Object.entries({
  '10 minutes ahead': lifetime / 2,
  '10 minutes behind': -lifetime / 2,
  '19 minutes and 59 seconds ahead': lifetime - 1000,
  '1 day ahead': day,
  '1 day behind': -day,
  '1 year ahead': 365 * day,
  '1 year behind': -365 * day,
})) {
  for (const isTold of [true, false]) {
    it(`a clock ${clock} ends nothing and loops nowhere with exp alone, ${isTold ? 'and the server’s Date' : 'and no Date'} (OC2, T2)`, async () => {
      const { scene, client, asked, get } = await sparse({
        claims: (now) => ({ exp: (now + lifetime) / 1000 }),
        refusal: bare,
        skew,
        ...(isTold && { answer: (now: number) => ({ date: new Date(now).toUTCString() }) }),
      });
      for (let request = 0; request < 40; request++) {
        expect(await get()).toBe(200);
        await atRest(scene);
        scene.server.clock.advance('1m');
      }
      // Forty minutes take two refreshes. Without the server's time they may be sooner, but never one for each request.
      const refreshes = asked.filter((what) => what === 'auth/refresh').length;
      expect(refreshes).toBeGreaterThanOrEqual(1);
      expect(refreshes).toBeLessThanOrEqual(isTold ? 3 : 5);
      if (isTold) expect(asked).not.toContain('me 401');
      expect(client.session.status).toBe('signed-in');
    });
  }
}

it('a token handed over after it has expired is refreshed at its first use (OC2)', async () => {
  const { scene, client, asked } = await sparse({ claims: (now) => ({ exp: (now + lifetime) / 1000 }), refusal: bare });
  const exp = (scene.server.clock.now() - 3 * day) / 1000;
  const old = `${base64({ alg: 'none' })}.${base64({ sub: 'ada', exp })}.${'x'.repeat(20)}`;
  client.adoptTokens({ access_token: old, refresh_token: 'refresh-token-of-old' } satisfies TokenResponse);
  expect(await client.getAccessToken({ minValidity: 60_000 })).not.toBe(old);
  expect(asked).toContain('auth/refresh');
});
