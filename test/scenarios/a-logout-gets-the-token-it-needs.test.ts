// Kind: a logout that is authenticated by the access token is refused because of the token, and that is taken for the end of
// the session.
import { type AuthClientOptions, createAuthClient, jsonProtocol, type SessionEvent } from '@latchkey/client';
import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { createAccounts } from '../support/backends/accounts.ts';
import { createProfile } from '../support/open-tab.ts';
import { pendingCrypto } from '../support/pending-crypto.ts';

const minutes = 60_000;
const json = (body: unknown, status = 200): Response => Response.json(body, { status });

interface Given {
  /** How the client speaks. Default a logout with the access token in `Authorization`. */
  readonly protocol?: AuthClientOptions['protocol'];
  readonly rotates?: boolean;
  /** Access tokens say nothing of their end, and neither do the answers. */
  readonly opaque?: boolean;
  /** By how much this device's clock is ahead, in milliseconds; asked at every look at it. */
  readonly skew?: (clock: number) => number;
  /** Answers in place of the server, for as long as it gives something. */
  readonly trouble?: (kind: string, count: number) => Response | Promise<Response> | undefined;
}

/** Nothing is under way any more but what waits for time to pass. */
async function atRest(): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet++) {
    await new Promise(setImmediate);
    if (pendingCrypto() > 0) quiet = 0;
  }
}

/** A server that wants a live access token for a logout, and a browser with tabs of its application. */
function openServer({ protocol = jsonProtocol({ logout: 'bearer' }), ...given }: Given = {}) {
  const clock = manualClock();
  const accounts = createAccounts({ now: clock.now, lifetime: 15 * minutes });
  const asked: string[] = [];
  const keepalive: boolean[] = [];
  const opaque = (token: string): string => (given.opaque ? token.replaceAll('.', '-').slice(-40) : token);
  const whole = new Map<string, string>();

  const answer = async (request: Request): Promise<Response> => {
    const kind = new URL(request.url).pathname.replace('/auth/', '');
    asked.push(kind);
    const instead = await given.trouble?.(kind, asked.filter((one) => one === kind).length);
    if (instead) return instead;
    const bearer = request.headers.get('authorization')?.replace('Bearer ', '') ?? null;
    const access = whole.get(bearer ?? '') ?? bearer;
    if (kind === 'logout') {
      if (accounts.endAs(access) !== 'ended') return json({ message: 'Unauthorized' }, 401);
      return new Response(null, { status: 204 });
    }
    if (kind === '/me') return new Response(null, { status: accounts.opens(access) ? 200 : 401 });
    const body = (await request.json()) as Record<string, string>;
    const pair =
      kind === 'login'
        ? accounts.login(body['username'], body['password'])
        : accounts.refresh(body['refresh_token'], { rotates: given.rotates !== false });
    if (!pair) return json({ message: 'refused' }, 401);
    whole.set(opaque(pair.access), pair.access);
    const refresh = kind === 'login' || given.rotates !== false ? { refresh_token: pair.refresh } : {};
    return json({ access_token: opaque(pair.access), ...refresh });
  };
  const profile = createProfile({
    clock,
    fetch(input, init) {
      const request = new Request(input, init);
      if (request.url.endsWith('logout')) keepalive.push((init?.keepalive ?? request.keepalive) === true);
      return answer(request);
    },
  });
  const written: string[] = [];
  return {
    clock,
    accounts,
    asked,
    profile,
    /** Everything that was ever stored. */
    written,
    open() {
      const { options, ...tab } = profile.openTab();
      const now = (): number => clock.now() + (given.skew?.(clock.now()) ?? 0);
      const platform = { ...options.platform, now };
      const setItem = (key: string, value: string): void => {
        written.push(value);
        options.storage.setItem(key, value);
      };
      const client = createAuthClient({
        baseUrl: 'https://api.test',
        protocol,
        ...options,
        platform,
        storage: { ...options.storage, setItem },
      });
      const events: SessionEvent[] = [];
      client.subscribe((_, event) => void events.push(event));
      return { ...tab, client, events };
    },
    async pass(duration: number, step = 500) {
      for (let passed = 0; passed < duration; passed += step) {
        await atRest();
        clock.advance(step);
      }
      await atRest();
    },
  };
}

/** A clock that is set once ten minutes have passed. */
const setBy = (hours: number) => () => {
  let start = 0;
  return (now: number): number => {
    start ||= now;
    return now - start > 10 * minutes ? hours * 60 * minutes : 0;
  };
};
const [setBack, setAhead] = [setBy(-3), setBy(3)];

const ada = { username: 'ada', password: 'lovelace' };
const delivered = (events: readonly SessionEvent[]) => events.filter(({ type }) => type === 'revocation-delivered');

it('an access token that expired two hours ago ends the local session at once, and the one on the server with a new token (OC3)', async () => {
  const { open, accounts, clock, asked, profile, written } = openServer();
  const [tab, other] = [open(), open()];
  await tab.client.login(ada);
  clock.advance(135 * minutes);
  const before = written.length;
  const leaving = tab.client.logout();
  // In the same turn, before anything has been answered.
  expect(profile.stored.size).toBe(0);
  expect(tab.client.session).toEqual({ status: 'signed-out', reason: 'logout' });
  await vi.waitFor(() => expect(other.client.session).toMatchObject({ status: 'signed-out' }));
  expect(await leaving).toEqual({ local: 'cleared', server: 'revoked' });
  expect(asked).toEqual(['login', 'refresh', 'logout']);
  expect(accounts.live).toBe(0);
  // The new pair is nobody's session, and is stored nowhere.
  expect(written.slice(before).join()).not.toMatch(/token/i);
  expect(profile.stored.size).toBe(0);
  expect([tab, other].map(({ client }) => client.session.status)).toEqual(['signed-out', 'signed-out']);
  expect(tab.events.map(({ type }) => type)).toEqual(['signed-in', 'signed-out']);
});

it('a server that ended the session first is "already-revoked", and only because it refuses the refresh token, too (OC3)', async () => {
  const { open, accounts, clock, asked } = openServer();
  const { client } = open();
  await client.login(ada);
  clock.advance(135 * minutes);
  accounts.endAll();
  expect((await client.logout()).server).toBe('already-revoked');
  expect(asked).toEqual(['login', 'refresh']);
});

it.each<[string, Given, number]>([
  ['looks fresh on a clock that was set back since', { skew: setBack() }, 20],
  ['is opaque and never said when it expires', { opaque: true }, 20],
  [
    'is as good as new and was ended early by the server',
    { trouble: (kind, n) => (kind === 'logout' && n === 1 ? json({}, 401) : undefined) },
    0,
  ],
  [
    'was refused with 403',
    { trouble: (kind, n) => (kind === 'logout' && n === 1 ? json({ error_code: 'bad_jwt' }, 403) : undefined) },
    0,
  ],
  [
    'was refused with 400',
    { trouble: (kind, n) => (kind === 'logout' && n === 1 ? json({ error: 'invalid_token' }, 400) : undefined) },
    0,
  ],
])('an access token that %s is renewed once, and the logout lands (OC3)', async (_, given, age) => {
  const { open, accounts, clock, asked, profile } = openServer(given);
  const { client } = open();
  await client.login(ada);
  clock.advance(age * minutes);
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
  expect(asked).toEqual(['login', 'logout', 'refresh', 'logout']);
  expect(accounts.live).toBe(0);
  expect(profile.stored.size).toBe(0);
});

it('a clock that was set ahead by three hours costs a refresh and nothing else (OC3)', async () => {
  const { open, accounts, clock } = openServer({ skew: setAhead() });
  const { client } = open();
  await client.login(ada);
  clock.advance(14 * minutes);
  expect((await client.logout()).server).toBe('revoked');
  expect(accounts.live).toBe(0);
});

it('an answer to the refresh without a refresh token is as good as one with it (OC3)', async () => {
  const { open, accounts, clock } = openServer({ rotates: false });
  const { client } = open();
  await client.login(ada);
  clock.advance(20 * minutes);
  expect((await client.logout()).server).toBe('revoked');
  expect(accounts.live).toBe(0);
});

for (const [what, status] of Object.entries({
  'a 400': 400,
  'a 401': 401,
  'a 403': 403,
  'a 404': 404,
  'a 419': 419,
  'a 422': 422,
})) {
  it(`${what} to a logout with a token that is as good as new is a refusal, never "already-revoked" (OC3)`, async () => {
    const html = new Response('<p>', { status, headers: { 'content-type': 'text/html' } });
    const { open, accounts, asked, pass } = openServer({
      trouble: (kind) => (kind === 'logout' ? html.clone() : undefined),
    });
    const { client } = open();
    await client.login(ada);
    expect((await client.logout()).server).toBe('rejected');
    await pass(60_000);
    expect(asked).toEqual(['login', 'logout', 'refresh', 'logout']);
    expect(accounts.live).toBe(1);
  });
}

it.each<[string, () => Response]>([
  ['500', () => json({}, 500)],
  ['429', () => json({}, 429)],
  ['a 503 page', () => new Response('<p>', { status: 503, headers: { 'content-type': 'text/html' } })],
  [
    'no network',
    () => {
      throw new TypeError('Failed to fetch');
    },
  ],
])('%s settles nothing: the logout is pending, and is told once it has landed (OC3)', async (_, answer) => {
  let isDown = true;
  const { open, accounts, clock, pass, profile } = openServer({
    trouble: () => (isDown && accounts.live > 0 ? answer() : undefined),
  });
  const { client, events } = open();
  await client.login(ada);
  clock.advance(20 * minutes);
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'pending' });
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'pending' });
  await pass(60_000, 1_000);
  expect(delivered(events)).toEqual([]);
  isDown = false;
  await pass(240_000, 1_000);
  expect(delivered(events)).toMatchObject([{ server: 'revoked' }]);
  expect(accounts.live).toBe(0);
  expect(profile.stored.size).toBe(0);
  expect(client.session.status).toBe('signed-out');
  expect((await client.logout()).server).toBe('already-revoked');
});

it('offline, a new access token can expire again before the logout gets through: it is renewed again (OC3)', async () => {
  let isDown = true;
  const { open, accounts, clock, pass } = openServer({
    trouble: (kind) => (isDown && kind === 'logout' ? json({}, 503) : undefined),
  });
  const { client, events, signal } = open();
  await client.login(ada);
  clock.advance(20 * minutes);
  expect((await client.logout()).server).toBe('pending');
  await pass(60 * minutes, minutes);
  isDown = false;
  signal({ type: 'online' });
  await vi.waitFor(() => expect(delivered(events)).toMatchObject([{ server: 'revoked' }]));
  expect(accounts.live).toBe(0);
});

it('an answer that takes longer than logoutTimeout is pending first, and counts when it comes (OC3)', async () => {
  const { open, accounts, clock, pass } = openServer({
    trouble: (kind, count) =>
      kind === 'refresh' && count === 1
        ? new Promise((resolve) => void clock.setTimer(() => resolve(undefined as never), 6_000))
        : undefined,
  });
  const { client, events } = open();
  await client.login(ada);
  clock.advance(20 * minutes);
  const leaving = client.logout();
  await pass(10_000);
  expect((await leaving).server).toBe('pending');
  expect(delivered(events)).toMatchObject([{ server: 'revoked' }]);
  expect(accounts.live).toBe(0);
});

it('another tab that is refreshing at the moment of the logout ends with it, and its pair, too (OC3)', async () => {
  let release = (): void => {};
  const { open, accounts, clock, pass, profile } = openServer({
    trouble: (kind, count) =>
      kind === 'refresh' && count === 1
        ? new Promise((resolve) => {
            release = () => resolve(undefined as never);
          })
        : undefined,
  });
  const [tab, other] = [open(), open()];
  await tab.client.login(ada);
  await pass(500);
  clock.advance(20 * minutes);
  const call = other.client.fetch('/me').catch(({ name }: Error) => name);
  await pass(500);
  const leaving = tab.client.logout();
  await pass(500);
  release();
  await pass(10_000);
  expect(['revoked', 'already-revoked']).toContain((await leaving).server);
  expect(await call).toBe('NotSignedInError');
  expect(accounts.live).toBe(0);
  expect(profile.stored.size).toBe(0);
});

it('the same tab that is refreshing at the moment of the logout ends the new pair, too (OC3)', async () => {
  let release = (): void => {};
  const { open, accounts, clock, pass, profile } = openServer({
    trouble: (kind, count) =>
      kind === 'refresh' && count === 1
        ? new Promise((resolve) => {
            release = () => resolve(undefined as never);
          })
        : undefined,
  });
  const { client } = open();
  await client.login(ada);
  clock.advance(20 * minutes);
  const call = client.fetch('/me').catch(({ name }: Error) => name);
  await pass(500);
  const leaving = client.logout();
  await pass(500);
  release();
  await pass(10_000);
  expect(['revoked', 'already-revoked']).toContain((await leaving).server);
  expect(await call).toBe('NotSignedInError');
  expect(accounts.live).toBe(0);
  expect(profile.stored.size).toBe(0);
});

it('a pair in the body of a logout, at a server that wants it to be live or in a header, is refused and not "already-revoked" (OC3)', async () => {
  const { open, accounts, asked } = openServer({ protocol: jsonProtocol({ logout: 'pair' }) });
  const { client } = open();
  await client.login(ada);
  expect((await client.logout()).server).toBe('rejected');
  expect(asked).toEqual(['login', 'logout', 'refresh', 'logout']);
  expect(accounts.live).toBe(1);
});

it('a protocol of the application that puts the access token into a header of its own is treated the same (OC3)', async () => {
  const base = jsonProtocol({ logout: 'bearer' });
  const { open, accounts, clock, asked } = openServer({
    protocol: {
      ...base,
      logout: ({ accessToken }, { url }) =>
        new Request(url, {
          method: 'POST',
          headers: { authorization: `Bearer ${accessToken}`, 'x-access-token': accessToken },
        }),
      // As such protocols are written: whatever is refused is over.
      readLogout: async ({ ok }) => (ok ? 'revoked' : 'already-revoked'),
    },
  });
  const { client } = open();
  await client.login(ada);
  clock.advance(20 * minutes);
  expect((await client.logout()).server).toBe('revoked');
  expect(asked).toEqual(['login', 'refresh', 'logout']);
  expect(accounts.live).toBe(0);
});

it('a login over a session whose access token has expired ends that one, too, and the new session stays (OC3)', async () => {
  const { open, accounts, clock, pass, asked } = openServer();
  const { client } = open();
  await client.login(ada);
  clock.advance(20 * minutes);
  await client.login(ada);
  await pass(1_000);
  expect(accounts.live).toBe(1);
  expect(asked.filter((kind) => kind === 'logout')).toHaveLength(1);
  expect((await client.fetch('/me')).status).toBe(200);
});

it('a 200 that says in its body that nothing was done is no logout (OC3)', async () => {
  for (const body of [
    { error: 'invalid_token' },
    { success: false },
    { status: 'GENERAL_ERROR', message: 'x' },
    { ok: false },
    { errors: [{ message: 'x' }] },
  ]) {
    const { open, accounts } = openServer({ trouble: (kind) => (kind === 'logout' ? json(body) : undefined) });
    const { client } = open();
    await client.login(ada);
    expect((await client.logout()).server, JSON.stringify(body)).toBe('rejected');
    expect(accounts.live).toBe(1);
  }
});

it('a page instead of an answer is no logout, and a plain "OK" of a framework that calls it a page is one (OC3)', async () => {
  const page = (body: string) => new Response(body, { headers: { 'content-type': 'text/html; charset=utf-8' } });
  for (const [body, server] of [
    ['<!doctype html><title>Log in to the Wi-Fi</title>', 'pending'],
    ['OK', 'revoked'],
  ] as const) {
    const { open } = openServer({ trouble: (kind) => (kind === 'logout' ? page(body) : undefined) });
    const { client } = open();
    await client.login(ada);
    expect((await client.logout()).server, body).toBe(server);
  }
});
