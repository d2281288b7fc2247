import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, signedIn } from '../support/scene.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** A tab whose clock can be set, in a scene that stands still. */
async function tabWithClock(renew: 'on-use' | 'while-visible' = 'on-use') {
  const scene = createScene({ clock: manualClock() });
  const clock = { skew: 0 };
  const { options } = scene.profile.openTab();
  const platform = { ...options.platform, now: () => scene.server.clock.now() + clock.skew };
  return { scene, clock, tab: scene.open({ renew, platform }) };
}

for (const how of ['a timer that did not fire', 'a frozen tab'] as const) {
  it(`after three hours asleep (${how}) five requests wait for the third try of one refresh, and none goes out before (T1)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const tab = scene.open({ renew: 'while-visible' });
    tab.client.adoptTokens(await scene.server.seedSession('ada'));
    await atRest(scene);
    tab.hide();
    if (how === 'a frozen tab') tab.freeze();
    scene.server.clock.advance('3h');
    scene.server.faults.next('refresh', { networkError: true }, 2);
    if (how === 'a frozen tab') tab.thaw();
    tab.show();
    const requests = [1, 2, 3].map(() => tab.client.fetch('me')).concat([1, 2].map(() => tab.client.api.get('me')));
    await live(scene, 3000, 50);
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(scene.server.requests.map(({ endpoint, status }) => `${endpoint} ${status}`)).toEqual([
      ...['refresh null', 'refresh null', 'refresh 200'],
      ...Array(5).fill('me 200'),
    ]);
    expect(tab.heard).not.toContain('signed-out');
  });
}

it('after eight days asleep the session has lapsed, is told once, and nothing is asked for (T1)', async () => {
  const scene = createScene({ clock: manualClock() });
  const tab = scene.open({ renew: 'while-visible' });
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  tab.hide();
  tab.freeze();
  scene.server.clock.advance('8d');
  tab.thaw();
  tab.show();
  const requests = [
    tab.client.fetch('me'),
    tab.client.api.get('me'),
    tab.client.getAccessToken(),
    tab.client.refresh(),
  ];
  const results = Promise.allSettled(requests);
  await live(scene, 200, 50);
  for (const result of await results) {
    expect(result).toMatchObject({ reason: { name: 'LoginRequiredError', reason: 'window-passed' } });
  }
  await live(scene, 10 * minute, minute);
  expect(tab.heard.filter((type) => type === 'lapsed')).toHaveLength(1);
  expect(scene.server.requests).toEqual([]);
});

it('a session that lapses in a hidden tab is told there, once, also after it comes into view (T1, T4)', async () => {
  const scene = createScene({ clock: manualClock() });
  const tab = scene.open({ renew: 'while-visible' }, { visible: false });
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await live(scene, 8 * day, day / 4);
  expect(scene.count('refresh')).toBe(0);
  tab.show();
  await live(scene, minute, 1000);
  expect(tab.heard.filter((type) => type === 'lapsed')).toHaveLength(1);
  expect(tab.client.session.status).toBe('lapsed');
});

for (const renew of ['on-use', 'while-visible'] as const) {
  for (const jump of [10 * minute, -10 * minute, 2 * 60 * minute, -2 * 60 * minute, day, -day, 365 * day, -365 * day]) {
    it(`a clock set by ${jump / minute} minutes twice in an hour costs no session and no storm, renewing ${renew} (T2)`, async () => {
      const { scene, clock, tab } = await tabWithClock(renew);
      tab.client.adoptTokens(await scene.server.seedSession('ada'));
      for (let request = 0; request < 20; request++) {
        if (request === 5) clock.skew = jump;
        if (request === 14) clock.skew = 0;
        const response = tab.client.fetch('me').catch((error: Error) => error);
        await live(scene, 3 * minute, minute);
        const got = await response;
        // While the clock is more than a week ahead the session looks lapsed; it is not over, as the next lines show.
        if (jump >= 7 * day && got instanceof Error) expect(got.name).toBe('LoginRequiredError');
        else expect(got).toMatchObject({ status: 200 });
      }
      expect(scene.count('refresh')).toBeLessThanOrEqual(6);
      expect(scene.server.requests.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(2);
      expect(tab.client.session.status).toBe('signed-in');
      expect((await tab.client.fetch('me')).status).toBe(200);
      expect(tab.heard).not.toContain('signed-out');
    });
  }
}

it('a server that takes a new token only after two seconds causes one refresh at most, and no end (T2)', async () => {
  const early: number[] = [];
  const scene = createScene({ clock: manualClock() }, (fetch) => async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const issued = scene.server.requests.findLast(({ endpoint, status }) => endpoint === 'refresh' && status === 200);
    if (url.includes('/me') && issued && scene.server.clock.now() - issued.at < 2000) {
      early.push(scene.server.clock.now());
      return new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    }
    return fetch(input, init);
  });
  const { client, heard } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  for (let request = 0; request < 8; request++) {
    const response = client.fetch('me');
    await live(scene, 500, 100);
    await response;
  }
  expect(early.length).toBeGreaterThan(0);
  expect(scene.count('refresh')).toBeLessThanOrEqual(2);
  expect(heard).not.toContain('signed-out');
  await live(scene, 3000, 500);
  expect((await client.fetch('me')).status).toBe(200);
});

const jwt = (claims: object): string =>
  `${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa(JSON.stringify(claims)).replaceAll('=', '')}.x`;
const now = 1_700_000_000;
for (const [what, claims] of Object.entries({
  'no exp': { iat: now },
  'no iat': { exp: now + 1200 },
  'exp in milliseconds': { iat: now, exp: (now + 1200) * 1000 },
  'both in milliseconds': { iat: now * 1000, exp: (now + 1200) * 1000 },
  'a negative exp': { iat: now, exp: -5 },
  'exp before iat': { iat: now, exp: now - 1 },
  'the year 9999': { iat: now, exp: 253_402_300_799 },
  'an exp that is text': { iat: now, exp: String(now + 1200) },
  'an exp that is null': { iat: null, exp: null },
  nothing: {},
})) {
  it(`a token with ${what}, and no expires_in, is carried until the server refuses it: no loop, no throw (T3, X4)`, async () => {
    let tokens = 0;
    const seen: string[] = [];
    const scene = createScene({ clock: manualClock(now * 1000) }, () => async (input, init) => {
      const request = new Request(input, init);
      if (request.url.endsWith('/auth/refresh')) {
        tokens += 1;
        return Response.json({ access_token: jwt({ ...claims, tokens }), refresh_token: `r${tokens}` });
      }
      seen.push(request.headers.get('authorization') ?? '');
      return new Response(null, { status: seen.length === 3 ? 401 : 200 });
    });
    const { client } = scene.open({ renew: 'while-visible' });
    client.adoptTokens({ access_token: jwt(claims), refresh_token: 'r0' });
    for (let request = 0; request < 10; request++) {
      expect((await client.fetch('x')).status).toBe(200);
      scene.server.clock.advance(1000);
      await atRest(scene);
    }
    expect(tokens).toBe(1);
    expect(client.session).toMatchObject({ status: 'signed-in' });
    client.dispose();
  });
}

for (const [what, change] of Object.entries({
  'expires_in as text': { expires_in: '1200' },
  'no limits at all': { expires_in: undefined, refresh_token_timeout: undefined, authorization_expires_in: undefined },
  'limits that are text': { refresh_token_timeout: '604800', authorization_expires_in: '7776000' },
  'limits that are nonsense': { refresh_token_timeout: 'a week', authorization_expires_in: -1 },
  'a window longer than a timer': { refresh_token_timeout: 90 * 86_400, authorization_expires_in: 10 * 365 * 86_400 },
})) {
  it(`a token response with ${what} makes a session that is refreshed when it is due, and the server has the last word (T3)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const { client, heard } = scene.open();
    client.adoptTokens({ ...(await scene.server.seedSession('ada')), ...change } as never);
    scene.server.clock.advance('1h');
    expect((await client.fetch('me')).status).toBe(200);
    expect(scene.count('refresh')).toBe(1);
    expect(heard.filter((type) => type !== 'signed-in' && type !== 'token-refreshed')).toEqual([]);
    scene.server.clock.advance('8d');
    await expect(client.fetch('me')).rejects.toMatchObject({ name: 'LoginRequiredError' });
    expect(client.session.status).toBe('lapsed');
    expect((await client.logout()).server).toBe('revoked');
  });
}

it.each([
  ['eight days ago, and was not used since', { age: 8 * day, idle: 8 * day }, 'window-passed'],
  ['ninety days ago', { age: 90 * day }, 'session-expired'],
  ['ninety-one days ago', { age: 91 * day }, 'session-expired'],
] as const)('tokens of a login that was %s are lapsed when they arrive', async (_when, seed, reason) => {
  const scene = createScene({ clock: manualClock() });
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada', seed));
  expect(client.session).toMatchObject({ status: 'lapsed', reason });
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'LoginRequiredError', reason });
  expect(scene.server.requests).toEqual([]);
});

it('a margin longer than the lifetime refreshes at most every fifteen seconds, renewing while visible, too (T3)', async () => {
  const scene = createScene({ clock: manualClock(), policy: { accessTtl: 30_000 } });
  const { client } = scene.open({ renew: 'while-visible', expiryMargin: 60_000 });
  client.adoptTokens(await scene.server.seedSession('ada'));
  for (let second = 0; second < 120; second++) {
    expect((await client.fetch('me')).status).toBe(200);
    await live(scene, 1000);
  }
  expect(scene.count('refresh')).toBeLessThanOrEqual(8);
});

it('an open tab that nobody uses for eight days lapses by default, and costs nothing (T4)', async () => {
  const { server, client, count, tab } = await signedIn();
  server.clock.advance('8d');
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'LoginRequiredError', reason: 'window-passed' });
  expect(count('refresh')).toBe(0);
  expect(tab.heard.filter((type) => type === 'lapsed')).toHaveLength(1);
  await vi.waitFor(() => expect(client.session.status).toBe('lapsed'));
});
