import { describe, expect, it } from 'vitest';
import { createAuthServer } from '../create-auth-server.ts';
import {
  type Api,
  ada,
  apiOf,
  direct,
  formPost,
  jsonPost,
  pairOf,
  type Send,
  someKey,
  testServer,
} from '../testing/api.ts';
import { cheapPasswordHasher } from '../users/password-hasher.ts';

/*
 * Kind: a page of somebody else makes its visitor's browser send requests that count against the visitor. A browser names the page
 * in `Origin` or `Sec-Fetch-Site`, and no page can make it lie; what names a foreign page is refused, and leaves no trace in any
 * count.
 */

const app = 'https://app.example';
const evil = 'https://evil.example';
const clientIp = '192.0.2.1';
const unknownToken = (n: number) => `rt1_${String(n).padStart(43, 'x')}`;

function start() {
  const { server } = testServer({ allowedOrigins: [app] });
  const send: Send = (path, init) =>
    server.fetch(new Request(new URL(path, 'https://api.example/'), init), { clientIp });
  const as =
    (headers: Record<string, string>): Send =>
    (path, init) =>
      send(path, { ...init, headers: { ...(init?.headers as Record<string, string>), ...headers } });
  return { server, as, api: apiOf(as({ origin: app })) };
}

/** What a page can send without being allowed to, with and without the help of a form. */
const foreign: readonly (readonly [string, Record<string, string>])[] = [
  ['fetch without CORS', { origin: evil, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['a browser without Sec-Fetch-Site', { origin: evil }],
  ['a form that is sent by navigating', { origin: evil, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a page that hides where it is', { origin: 'null' }],
  ['a page that names no origin', { 'sec-fetch-site': 'cross-site' }],
  ['a page of another host of the site', { origin: 'https://other.api.example', 'sec-fetch-site': 'same-site' }],
  ['a page of the same host and another port', { origin: 'https://api.example:444', 'sec-fetch-site': 'same-site' }],
  ['an origin that looks like the allowed one', { origin: `${app}.evil.example` }],
  ['an origin that is none', { origin: 'what is this?' }],
];

const unknown: readonly (readonly [string, (n: number) => readonly [path: string, init: RequestInit]])[] = [
  [
    'refreshes',
    (n) => ['auth/refresh', formPost({ grant_type: 'refresh_token', client_id: 'x', refresh_token: unknownToken(n) })],
  ],
  ['logouts', (n) => ['auth/logout', formPost({ access_token: 'x', refresh_token: unknownToken(n) })]],
  ['tickets', (n) => ['auth/logout', formPost({ logout_ticket: String(n).padStart(43, 'x'), sid: 'x' })]],
  ['revocations', (n) => ['auth/revoke', formPost({ token: unknownToken(n) })]],
  ['logins', () => ['auth/login', jsonPost({ username: ada.username, password: 'guess' })]],
];

describe.each(foreign)('%s', (_, headers) => {
  it.each(unknown)('is refused, and stops none of its visitor’s requests: %s (OX7)', async (_kind, request) => {
    const { server, as, api } = start();
    const tokens = await server.seedSession('ada');
    for (let n = 0; n < 60; n += 1) {
      const answer = await as(headers)(...request(n));
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
    expect(server.securityEvents).toEqual([]);
    const [path, init] = request(100);
    expect((await as({ origin: app })(path, init)).status).not.toBe(429);
    expect((await api.login()).status).toBe(200);
    const next = (await (await api.refresh(tokens.refresh_token, someKey(1))).json()) as typeof tokens;
    expect((await api.logout(pairOf(next))).status).toBe(200);
  });
});

it('a foreign page ends no session, whatever it knows (OX7)', async () => {
  const { server, as } = start();
  const { access_token, sid, ...rest } = await server.seedSession('ada');
  const foreignPage = as({ origin: evil });
  const authorization = { authorization: `Bearer ${access_token}` };
  expect((await foreignPage(`auth/sessions/${sid}`, { method: 'DELETE', headers: authorization })).status).toBe(403);
  expect((await foreignPage('auth/logout-all', { method: 'POST', headers: authorization })).status).toBe(403);
  expect(
    (await foreignPage('auth/logout', formPost({ access_token, ...pairOf({ access_token, sid, ...rest }) }))).status,
  ).toBe(403);
  expect(await server.sessions.list()).toMatchObject([{ status: 'live' }]);
});

it('the refusal says which origin, and what to do (OX7)', async () => {
  const { as, server } = start();
  const answer = await as({ origin: 'http://localhost:5173' })(
    'auth/login',
    jsonPost({ username: 'a', password: 'b' }),
  );
  expect([answer.status, await answer.json()]).toMatchObject([
    403,
    {
      error: 'origin_not_allowed',
      error_description: expect.stringMatching(/http:\/\/localhost:5173.*allowedOrigins.*--origin/),
    },
  ]);
  expect(server.requests.at(-1)).toMatchObject({ endpoint: 'login', status: 403, error: 'origin_not_allowed' });
});

describe('is no foreign page (OX7)', () => {
  it.each([
    ['a client that is no browser', {}],
    ['a page of an allowed origin', { origin: app, 'sec-fetch-site': 'cross-site' }],
    ['a page of the server’s own origin', { origin: 'https://api.example', 'sec-fetch-site': 'same-origin' }],
    ['the same in a browser without Sec-Fetch-Site', { origin: 'https://api.example' }],
    [
      'a page whose development server hands requests on',
      { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-origin' },
    ],
    ['a page of this host behind a proxy that ends TLS', { origin: 'http://api.example' }],
    ['what somebody typed', { 'sec-fetch-site': 'none' }],
  ])('%s', async (_, headers) => {
    const { as } = start();
    const answer = await as(headers as Record<string, string>)('auth/login', jsonPost({ ...ada }));
    expect(answer.status).toBe(200);
  });

  it('a page of no origin where that is allowed', async () => {
    const server = createAuthServer({ users: [ada], passwordHasher: cheapPasswordHasher(), allowedOrigins: ['null'] });
    const answer = await direct(server)('auth/login', {
      ...jsonPost({ ...ada }),
      headers: { ...jsonPost({}).headers, origin: 'null' },
    });
    expect(answer.status).toBe(200);
  });
});

it('a foreign page may read what is public, as everybody (OX7)', async () => {
  const { as } = start();
  expect((await as({ origin: evil })('auth/jwks')).status).toBe(200);
  expect((await as({ origin: evil })('.well-known/oauth-authorization-server')).status).toBe(200);
});

describe('tokens that the server knows are served, however many unknown ones came from the address (OX7)', () => {
  const flooded = async (): Promise<{ server: ReturnType<typeof start>['server']; api: Api; send: Send }> => {
    const { server, as } = start();
    const send = as({});
    for (let n = 0; n < 60; n += 1) {
      await send(
        'auth/refresh',
        formPost({ grant_type: 'refresh_token', client_id: 'x', refresh_token: unknownToken(n) }),
      );
    }
    return { server, api: apiOf(send), send };
  };

  it('refresh, its repeat, and what makes it a theft', async () => {
    const { server, api } = await flooded();
    const { refresh_token } = await server.seedSession('ada');
    expect((await api.refresh(refresh_token, someKey(1))).status).toBe(200);
    expect((await api.refresh(refresh_token, someKey(1))).status).toBe(200);
    expect(await (await api.refresh(refresh_token, someKey(2))).json()).toMatchObject({ reason: 'revoked' });
    expect((await api.refresh(unknownToken(100))).status).toBe(429);
    expect((await api.refresh('of another form')).status).toBe(429);
  });

  it('logout with a pair, a ticket and a dead pair', async () => {
    const { server, api, send } = await flooded();
    expect((await api.logout(pairOf(await server.seedSession('ada')))).status).toBe(200);
    const again = pairOf(await server.seedSession('ada'));
    await api.logout(again);
    expect(await (await api.logout(again)).json()).toEqual({ status: 'already_revoked' });
    expect((await api.logout({ access_token: 'x', refresh_token: unknownToken(100) })).status).toBe(429);
    expect((await api.logout({ logout_ticket: 'x'.repeat(43), sid: 'x' })).status).toBe(429);
    const { refresh_token } = await server.seedSession('ada');
    expect((await send('auth/revoke', formPost({ token: refresh_token }))).status).toBe(200);
    expect((await send('auth/revoke', formPost({ token: unknownToken(100) }))).status).toBe(429);
  });
});
