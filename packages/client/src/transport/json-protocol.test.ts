import { expect, it } from 'vitest';
import type { TokenResponse } from '../types.ts';
import type { JsonProtocolOptions } from './json-options.ts';
import { jsonProtocol } from './json-protocol.ts';

const context = { url: 'https://api.test/x', clientId: 'spa', idempotencyKey: 'k'.repeat(43) };
const pair = { accessToken: 'a1', refreshToken: 'r1', sid: 's' };
const json = (body: unknown, init?: ResponseInit) => Response.json(body, init);

/** How real servers answer a login or a refresh, a refusal, and what they want sent. */
const servers: Record<
  string,
  { options: JsonProtocolOptions; success: Response; seconds: number; refusal: Response; sends: string }
> = {
  Directus: {
    options: {
      answer: {
        accessToken: 'data.access_token',
        refreshToken: 'data.refresh_token',
        expiry: 'data.expires',
        expiryUnit: 'milliseconds',
      },
      refresh: { extra: { mode: 'json' } },
      logout: 'refresh-token',
    },
    success: json({ data: { access_token: 'a2', refresh_token: 'r2', expires: 900_000 } }),
    seconds: 900,
    refusal: json({ errors: [{ extensions: { code: 'INVALID_TOKEN' } }] }, { status: 401 }),
    sends: '{"refresh_token":"r1","mode":"json"}',
  },
  Supabase: {
    options: { headers: { apikey: 'public' }, logout: 'bearer' },
    success: json({ access_token: 'a2', refresh_token: 'r2', expires_in: 3600, expires_at: 1, user: {} }),
    seconds: 3600,
    refusal: json({ code: 'refresh_token_already_used' }, { status: 400 }),
    sends: '{"refresh_token":"r1"}',
  },
  Firebase: {
    options: {
      answer: { accessToken: 'id_token', refreshToken: 'refresh_token', expiry: 'expires_in' },
      refresh: { as: 'form', extra: { grant_type: 'refresh_token' } },
      logout: 'none',
    },
    success: json({ id_token: 'a2', refresh_token: 'r2', expires_in: '3600' }),
    seconds: 3600,
    refusal: json({ error: { message: 'TOKEN_EXPIRED' } }, { status: 400 }),
    sends: 'refresh_token=r1&grant_type=refresh_token',
  },
  SuperTokens: {
    options: {
      answer: { accessToken: 'header:st-access-token', refreshToken: 'header:st-refresh-token', expiryUnit: 'jwt' },
      refresh: { as: 'bearer' },
      logout: 'bearer',
      headers: { rid: 'session', 'st-auth-mode': 'header' },
    },
    success: json({}, { headers: { 'st-access-token': 'a2', 'st-refresh-token': 'r2' } }),
    seconds: Number.NaN,
    refusal: json({ message: 'token theft detected' }, { status: 401 }),
    sends: '{}',
  },
  'plain OAuth': {
    options: {
      refresh: { as: 'form', extra: { grant_type: 'refresh_token', client_id: 'spa' } },
      logout: 'refresh-token',
    },
    success: json({ access_token: 'a2', token_type: 'Bearer', expires_in: 300, refresh_token: 'r2' }),
    seconds: 300,
    refusal: json({ error: 'invalid_grant' }, { status: 400 }),
    sends: 'refresh_token=r1&grant_type=refresh_token&client_id=spa',
  },
};

for (const [name, { options, success, seconds, refusal, sends }] of Object.entries(servers)) {
  it(`speaks to ${name}`, async () => {
    const protocol = jsonProtocol(options);
    const request = protocol.refresh(pair, context);
    expect(await request.text()).toBe(sends);
    expect(request.headers.has('idempotency-key')).toBe(false);
    const outcome = await protocol.readTokens(success, 'refresh');
    expect(outcome).toMatchObject({ kind: 'tokens', tokens: { access_token: 'a2', refresh_token: 'r2' } });
    if (outcome.kind === 'tokens' && !Number.isNaN(seconds)) expect(outcome.tokens.expires_in).toBe(seconds);
    expect((await protocol.readTokens(refusal, 'refresh')).kind).toBe('rejected');
  });
}

it('tells a refusal from everything that settles nothing', async () => {
  const protocol = jsonProtocol();
  const kind = async (response: Response) => (await protocol.readTokens(response, 'refresh')).kind;
  expect(await kind(new Response(null, { status: 401 }))).toBe('rejected');
  for (const status of [408, 425, 429, 500, 503])
    expect(await kind(json({ error: 'x' }, { status }))).toBe('unavailable');
  expect(await kind(new Response('<p>', { status: 401, headers: { 'content-type': 'text/html' } }))).toBe(
    'unavailable',
  );
  expect(await kind(json({}))).toBe('unavailable');
  expect(await kind(new Response('<p>'))).toBe('unavailable');
  const own = jsonProtocol({ isRefusal: (_, body) => body?.['final'] === true });
  expect((await own.readTokens(json({ final: true }, { status: 409 }), 'refresh')).kind).toBe('rejected');
  expect((await own.readTokens(json({}, { status: 400 }), 'refresh')).kind).toBe('unavailable');
});

it('sends on logout what the server wants, and needs no preflight for the pair', async () => {
  const body = async (options: JsonProtocolOptions) => jsonProtocol(options).logout(pair, context)?.text();
  expect(await body({})).toBe('access_token=a1&refresh_token=r1');
  expect(await body({ logout: 'refresh-token', refresh: { field: 'token' } })).toBe('token=r1');
  expect(await body({ logoutAs: 'json' })).toBe('{"access_token":"a1","refresh_token":"r1"}');
  expect(await body({ logout: 'none' })).toBeUndefined();
  const bearer = jsonProtocol({ logout: 'bearer' }).logout(pair, context);
  expect(bearer?.headers.get('authorization')).toBe('Bearer a1');
  expect(jsonProtocol().logout(pair, context)?.keepalive).toBe(true);
});

it('reads what became of a logout from the status alone', async () => {
  const read = (status: number) => jsonProtocol().readLogout(new Response(null, { status }));
  expect([await read(204), await read(401), await read(404), await read(400), await read(503)]).toEqual([
    'revoked',
    'already-revoked',
    'already-revoked',
    'rejected',
    'unsettled',
  ]);
});

it('takes a limit of zero for none, as a server means it that sets none', async () => {
  const protocol = jsonProtocol({ answer: { refreshTimeout: 'refresh_expires_in', sessionTimeout: 'session_left' } });
  const limitsIn = async (limits: object) => {
    const outcome = await protocol.readTokens(json({ access_token: 'a2', refresh_token: 'r2', ...limits }), 'refresh');
    const { refresh_token_timeout, authorization_expires_in } = (outcome as { tokens: TokenResponse }).tokens;
    return [refresh_token_timeout, authorization_expires_in];
  };
  expect(await limitsIn({ refresh_expires_in: 0, session_left: 0 })).toEqual([undefined, undefined]);
  expect(await limitsIn({ refresh_expires_in: 60, session_left: 90 })).toEqual([60, 90]);
});
