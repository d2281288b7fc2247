import { describe, expect, it } from 'vitest';
import { apiOf, bearer, direct, formPost, jsonPost, pairOf, testServer } from '../testing/api.ts';

const app = 'https://app.example';

function start() {
  const { server, clock } = testServer({ allowedOrigins: [app, 'http://localhost:5173'] });
  return { server, clock, send: direct(server), api: apiOf(direct(server)) };
}

const preflight = (origin: string): RequestInit => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,idempotency-key',
  },
});

const list = (text: string | null) => (text ?? '').split(', ').sort();

describe('CORS', () => {
  it('answers the preflight of an allowed origin with lists by name', async () => {
    const { server, send } = start();
    const { status, headers } = await send('auth/refresh', preflight(app));
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, app]);
    expect(list(headers.get('access-control-allow-headers'))).toEqual(
      ['Authorization', 'Content-Type', 'DPoP', 'Idempotency-Key'].sort(),
    );
    expect(list(headers.get('access-control-allow-methods'))).toContain('DELETE');
    expect(Number(headers.get('access-control-max-age'))).toBeLessThanOrEqual(7_200);
    expect([...headers.values()].join()).not.toContain('*');
    expect(server.requests).toEqual([]);
  });

  // Kind: an allowed page sends a header or a method that the list of the server does not happen to have, and every call fails.
  it.each([
    'traceparent',
    'traceparent,tracestate',
    'sentry-trace, baggage',
    'x-requested-with',
    'x-tenant-id',
    'X-CSRF-Token,accept-language,x-datadog-trace-id',
    'authorization,content-type,idempotency-key,traceparent',
  ])('lets an allowed page send %s (OS5)', async (asked) => {
    const { send } = start();
    const ask = { origin: app, 'access-control-request-method': 'POST', 'access-control-request-headers': asked };
    const { headers } = await send('auth/login', { method: 'OPTIONS', headers: ask });
    const allowed = list(headers.get('access-control-allow-headers')).map((name) => name.toLowerCase());
    expect(allowed).toEqual(expect.arrayContaining(asked.split(',').map((name) => name.trim().toLowerCase())));
    expect(new Set(allowed).size).toBe(allowed.length);
    const foreign = await send('auth/login', {
      method: 'OPTIONS',
      headers: { ...ask, origin: 'https://evil.example' },
    });
    expect(foreign.headers.get('access-control-allow-headers')).toBeNull();
  });

  it.each(['QUERY', 'REPORT', 'PROPFIND'])('lets an allowed page use the method %s (OS5)', async (method) => {
    const { send } = start();
    const ask = { origin: app, 'access-control-request-method': method };
    const { headers } = await send('anything', { method: 'OPTIONS', headers: ask });
    expect(list(headers.get('access-control-allow-methods'))).toContain(method);
  });

  it.each(['*', 'a b', 'x:y', '"quoted"', 'x'.repeat(65), '', ',,,', `x-${'n,'.repeat(5_000)}`])(
    'repeats nothing that is no name of a header: %s (OS5)',
    async (asked) => {
      const { send } = start();
      const ask = { origin: app, 'access-control-request-method': '*', 'access-control-request-headers': asked };
      const { headers } = await send('auth/login', { method: 'OPTIONS', headers: ask });
      expect(list(headers.get('access-control-allow-headers'))).toEqual(
        ['Authorization', 'Content-Type', 'DPoP', 'Idempotency-Key'].sort(),
      );
      expect(headers.get('access-control-allow-methods')).not.toContain('*');
    },
  );

  it('answers the preflight for what is not served, so that the page gets to see that it is not', async () => {
    const { send } = start();
    expect((await send('nothing/here', preflight(app))).status).toBe(204);
    const answer = await send('nothing/here', { headers: { origin: app, authorization: 'Bearer x' } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([404, app]);
  });

  it.each([
    'https://evil.example',
    'https://app.example.evil',
    'http://app.example',
    'https://app.example:444',
    'null',
  ])('tells a page of %s nothing', async (origin) => {
    const { send } = start();
    for (const init of [preflight(origin), { headers: { origin } }]) {
      const { headers } = await send('me', init);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('vary')).toBe('Origin');
    }
  });

  it('lets an allowed page read date, retry, challenge and nonce', async () => {
    const { send } = start();
    const { headers } = await send('me', { headers: { origin: 'http://localhost:5173' } });
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(list(headers.get('access-control-expose-headers'))).toEqual(
      ['DPoP-Nonce', 'Date', 'Retry-After', 'WWW-Authenticate'].sort(),
    );
  });

  it.each([
    ['http://localhost:5173/', 'http://localhost:5173'],
    ['https://App.Example:443', app],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['null', 'null'],
  ])('knows the pages of %s by what browsers send', async (allowed, origin) => {
    const { server } = testServer({ allowedOrigins: [allowed] });
    const { headers } = await direct(server)('me', { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBe(origin);
  });

  it.each(['*', 'localhost', 'localhost:5173', 'app.example', 'https://app.example/login', 'https://*.example', ''])(
    'refuses to allow %j, which is no origin',
    (origin) => {
      expect(() => testServer({ allowedOrigins: [origin] })).toThrow(RangeError);
    },
  );

  it('takes a logout that needs no preflight (TST-24)', async () => {
    const { server, send } = start();
    const tokens = await server.seedSession('ada');
    const simple = new Request('https://api.example/auth/logout', formPost(pairOf(tokens)));
    expect([...simple.headers.keys()]).toEqual(['content-type']);
    expect((await server.fetch(simple)).status).toBe(200);
    const params = new URLSearchParams(pairOf(await server.seedSession('ada')));
    const beacon = await send('auth/logout', { method: 'POST', body: params });
    expect(beacon.status).toBe(200);
  });
});

it('every answer, refusals included, forbids caching and tells the time of the server (TST-25)', async () => {
  const { server, clock, send, api } = start();
  clock.advance('8d');
  const tokens = await server.seedSession('ada');
  const answers = [
    await api.login(),
    await api.login({ username: 'ada', password: 'wrong password' }),
    await api.login({}),
    await api.refresh(tokens.refresh_token),
    await api.refresh('unknown'),
    await api.logout({}),
    await api.logout(pairOf(tokens)),
    await send('auth/revoke', formPost({ token: 'x' })),
    await send('auth/sessions', bearer(tokens.access_token)),
    await send('me'),
    await send('nowhere'),
  ];
  for (const { status, headers } of answers) {
    if (status === 200 && headers.has('content-type')) expect(headers.get('content-type')).toBe('application/json');
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('date')).toBe(new Date(clock.now()).toUTCString());
    expect(headers.get('clear-site-data')).toBeNull();
  }
});

it('every 401 has a challenge; only a token that was sent can be an invalid one', async () => {
  const { send } = start();
  const without = await send('me');
  expect([without.status, without.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="latchkey", DPoP algs="ES256"',
  ]);
  for (const authorization of ['Bearer x', 'Bearer', 'Basic eDp5', 'Bearer a b']) {
    const refused = await send('echo/x', { headers: { authorization } });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="latchkey", error="invalid_token"',
    ]);
  }
});

it('OAuth endpoints refuse in the shape of RFC 6749, the others in that of RFC 9457, all with `error`', async () => {
  const { send, api } = start();
  const oauth = await api.refresh('unknown');
  expect(oauth.headers.get('content-type')).toBe('application/json');
  expect(Object.keys((await oauth.json()) as object).sort()).toEqual(['error', 'error_description', 'reason']);
  const problem = await send('me', bearer('x'));
  expect(problem.headers.get('content-type')).toBe('application/problem+json');
  expect(await problem.json()).toMatchObject({ status: 401, error: 'invalid_token', title: expect.any(String) });
});

const repeatedMember = '{"username":"eve","username":"ada","password":"correct horse"}';

it.each([
  ['a form where JSON belongs', 'auth/login', formPost({ username: 'ada', password: 'correct horse' }), 415],
  ['JSON where a form belongs', 'auth/refresh', jsonPost({ grant_type: 'refresh_token' }), 415],
  ['a body without a type', 'auth/logout', { method: 'POST', body: new Uint8Array(3) }, 415],
  ['a body of 17 KiB', 'auth/logout', formPost({ access_token: 'x'.repeat(17 * 1_024) }), 413],
  ['JSON that is none', 'auth/login', { ...jsonPost(0), body: '{"username":' }, 400],
  ['a JSON list', 'auth/login', jsonPost([]), 400],
  ['a repeated member', 'auth/login', { ...jsonPost(0), body: repeatedMember }, 400],
  ['a repeated parameter', 'auth/refresh', { ...formPost({}), body: 'grant_type=a&grant_type=a' }, 400],
  ['bytes that are no UTF-8', 'auth/login', { ...jsonPost(0), body: new Uint8Array([0x22, 0xff, 0x22]) }, 400],
  ['GET where POST belongs', 'auth/logout', { method: 'GET' }, 405],
  ['POST where GET belongs', 'me', { method: 'POST' }, 405],
])('%s is refused', async (_, path, init, status) => {
  const { send } = start();
  const answer = await send(path, init as RequestInit);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
});

it('a name of a member inside a text does not count as one', async () => {
  const { api } = start();
  const tricky = { username: 'ada', password: 'correct horse', device_label: '"username": "x", {"a":1}\\' };
  expect((await api.login(tricky)).status).toBe(200);
});

it('unknown parameters are nobody’s business', async () => {
  const { server, send } = start();
  const tokens = await server.seedSession('ada');
  expect((await send('auth/logout', formPost({ ...pairOf(tokens), utm_source: 'x' }))).status).toBe(200);
});

it('cookies mean nothing', async () => {
  const { server, send } = start();
  const tokens = await server.seedSession('ada');
  const cookie = `access_token=${tokens.access_token}; refresh_token=${tokens.refresh_token}`;
  expect((await send('auth/logout', formPost({}, { cookie }))).status).toBe(400);
  expect((await send('me', { headers: { cookie } })).status).toBe(401);
});
