import type { TokenResponse } from '@latchkey/client';
import { expect, it } from 'vitest';
import { atRest, createScene, live, type Scene, type SceneTab } from '../support/scene.ts';

// Kind: tokens that are handed over are taken for new ones, although they may have been issued days ago.

const minute = 60_000;
const day = 86_400_000;

/** A token that says whatever is wanted; our server takes none of these. */
const jwt = (claims: object): string =>
  ['{"alg":"none"}', JSON.stringify({ sub: 'ada', ...claims }), 'signature']
    .map((part) => btoa(part).replaceAll('=', ''))
    .join('.');

const opaque = 'an-opaque-access-token';

/** Real refresh tokens beside an access token of that kind. */
async function adopt(
  { server }: Scene,
  { client }: SceneTab,
  change: (now: number, response: TokenResponse) => Partial<Record<keyof TokenResponse, unknown>>,
): Promise<void> {
  const response = await server.seedSession('ada');
  client.adoptTokens({ ...response, ...change(server.clock.now() / 1000, response) } as TokenResponse);
}

const old: Record<string, Parameters<typeof adopt>[2]> = {
  'a JWT of two days ago': (now) => ({ access_token: jwt({ iat: now - 2 * 86_400, exp: now - 2 * 86_400 + 1200 }) }),
  'the whole answer of two days ago': (now) => ({
    access_token: jwt({ iat: now - 2 * 86_400, exp: now - 2 * 86_400 + 1200 }),
    expires_in: 1200,
  }),
  'a JWT that does not say when it was issued': (now) => ({
    access_token: jwt({ exp: now - 60 }),
    expires_in: undefined,
  }),
  'a JWT that does not say when it was issued, and a lifetime': (now) => ({
    access_token: jwt({ exp: now - 60 }),
    expires_in: 1200,
  }),
  'a JWT that ends at this very moment': (now) => ({ access_token: jwt({ iat: now - 1200, exp: now }) }),
  'a JWT that ended in 1970': () => ({ access_token: jwt({ exp: 1 }), expires_in: undefined }),
  'an opaque token with nothing left': () => ({ access_token: opaque, expires_in: 0 }),
  'an opaque token with less than nothing left': () => ({ access_token: opaque, expires_in: -172_800 }),
  'an opaque token with nothing left, as text': () => ({ access_token: opaque, expires_in: '0' }),
  'an opaque token with less than nothing left, as text': () => ({ access_token: opaque, expires_in: '-60' }),
};

for (const [what, change] of Object.entries(old)) {
  it(`${what} is refreshed before it is used (OC14)`, async () => {
    const scene = createScene();
    const tab = scene.open();
    await adopt(scene, tab, change);
    expect(tab.client.session.status).toBe('signed-in');
    const before = scene.stored().accessToken;
    expect(await tab.client.getAccessToken({ minValidity: minute })).not.toBe(before);
    expect((await tab.client.fetch('me')).status).toBe(200);
    await atRest(scene);
    expect([scene.count('refresh'), scene.count('me')]).toEqual([1, 1]);
  });

  it(`${what} is not sent by fetch, either (OC14)`, async () => {
    const scene = createScene();
    const tab = scene.open();
    await adopt(scene, tab, change);
    expect((await tab.client.fetch('me')).status).toBe(200);
    expect([scene.count('refresh'), scene.count('me')]).toEqual([1, 1]);
  });
}

it('a token with a part of its life left is refreshed for a need that only a new one meets (OC14)', async () => {
  const scene = createScene();
  const tab = scene.open();
  const response = await scene.server.seedSession('ada');
  scene.server.clock.advance('17m');
  tab.client.adoptTokens(response);
  expect(await tab.client.getAccessToken({ minValidity: 2 * minute })).toBe(response.access_token);
  expect(await tab.client.getAccessToken({ minValidity: 10 * minute })).not.toBe(response.access_token);
  expect(scene.count('refresh')).toBe(1);
});

it('a need that no token meets refreshes an old token once, and then takes what there is (OC14)', async () => {
  const scene = createScene();
  const tab = scene.open();
  const response = await scene.server.seedSession('ada');
  scene.server.clock.advance('10m');
  tab.client.adoptTokens(response);
  for (let call = 0; call < 3; call++) await tab.client.getAccessToken({ minValidity: day });
  expect(scene.count('refresh')).toBe(1);
});

const good: Record<string, Parameters<typeof adopt>[2]> = {
  'as they come': () => ({}),
  'that say how long they live, beside a lifetime of nothing,': () => ({ expires_in: 0 }),
  'with a lifetime that is no number': () => ({ expires_in: 'soon' }),
  'with a lifetime as text': () => ({ expires_in: '1200' }),
  'without a lifetime': () => ({ expires_in: undefined }),
};

for (const [what, change] of Object.entries(good)) {
  it(`new tokens ${what} are used as they are (OC14)`, async () => {
    const scene = createScene();
    const tab = scene.open();
    await adopt(scene, tab, change);
    expect((await tab.client.fetch('me')).status).toBe(200);
    await tab.client.getAccessToken({ minValidity: minute });
    await atRest(scene);
    expect(scene.count('refresh')).toBe(0);
  });
}

it.each([
  ['issued in the future', (now: number) => ({ iat: now + 3600, exp: now + 4800 })],
  ['not valid yet', (now: number) => ({ iat: now, nbf: now + 3600, exp: now + 4800 })],
])('a token %s is left to the server, which may refuse it: one refresh (OC14)', async (_what, claims) => {
  const scene = createScene();
  const tab = scene.open();
  await adopt(scene, tab, (now) => ({ access_token: jwt(claims(now)), expires_in: undefined }));
  expect((await tab.client.fetch('me')).status).toBe(200);
  expect([scene.count('refresh'), scene.count('me')]).toEqual([1, 2]);
});

for (const skew of [-400 * day, -3_600_000, 3_600_000, 400 * day]) {
  it(`a clock that is ${skew / 3_600_000} hours off ends no session of tokens handed over, and refreshes once at most (OC14)`, async () => {
    const scene = createScene();
    const tab = scene.open({}, { skew });
    tab.client.adoptTokens(await scene.server.seedSession('ada'));
    for (let minutes = 0; minutes < 15; minutes += 5) {
      expect((await tab.client.fetch('me')).status).toBe(200);
      await tab.client.getAccessToken({ minValidity: minute });
      await live(scene, 5 * minute, minute);
    }
    expect(tab.client.session.status).toBe('signed-in');
    expect(scene.count('refresh')).toBeLessThanOrEqual(1);
  });
}

it('an old token whose refresh gets no answer is not used instead (OC14)', async () => {
  const scene = createScene();
  const tab = scene.open();
  const response = await scene.server.seedSession('ada');
  scene.server.clock.advance('2d');
  tab.client.adoptTokens(response);
  scene.server.faults.next('refresh', { status: 503 });
  await expect(tab.client.getAccessToken({ minValidity: minute })).rejects.toMatchObject({
    code: 'ERR_REFRESH_UNAVAILABLE',
  });
  expect(tab.client.session.status).toBe('signed-in');
});
