import { base64url, decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { apiOf, bearer, direct, formPost, testServer, tokensOf } from '../testing/api.ts';
import { signedByServer, signedByStranger, signedText, unsigned } from '../testing/forgeries.ts';
import { publicJwk, type SigningKeys } from './signing-keys.ts';
import { type ValidAccess, verifyForApi, verifyGenuine } from './verify-access-token.ts';

type Forge = (token: string, keys: SigningKeys) => string | Promise<string>;

const parts = (token: string) => token.split('.') as [string, string, string];
const encoded = (value: unknown) => base64url.encode(JSON.stringify(value));
const seconds = (token: string) => decodeJwt(token).iat ?? 0;
const claims =
  (changes: (token: string) => Record<string, unknown>): Forge =>
  (token, keys) =>
    signedByServer(keys, token, { claims: changes(token) });
const header =
  (changes: Record<string, unknown>): Forge =>
  (token, keys) =>
    signedByServer(keys, token, { header: changes });

const forgeries: Record<string, Forge> = {
  'alg none': (token) => unsigned(token, 'none'),
  'alg None': (token) => unsigned(token, 'None'),
  'alg nOnE': (token) => unsigned(token, 'nOnE'),
  'HS256 with the public key as the secret': async (token, keys) => {
    const [key] = await keys.load();
    const secret = new TextEncoder().encode(JSON.stringify(key && (await publicJwk(key))));
    const { kid } = decodeProtectedHeader(token);
    return new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: kid ?? '' })
      .sign(secret);
  },
  'another payload': (token) => {
    const [head, , signature] = parts(token);
    return `${head}.${encoded({ ...decodeJwt(token), sub: 'eve' })}.${signature}`;
  },
  'no signature': (token) => `${parts(token)[0]}.${parts(token)[1]}.`,
  'two segments': (token) => `${parts(token)[0]}.${parts(token)[1]}`,
  'four segments': (token) => `${token}.x`,
  'signature r=s=0': (token) => `${parts(token)[0]}.${parts(token)[1]}.${base64url.encode(new Uint8Array(64))}`,
  'signature with padding': (token) => `${token}==`,
  'signature with stray bits': (token) => {
    const last = token.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return token.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1];
  },
  'a key of a stranger': (token) => signedByStranger(token),
  'an unknown kid': header({ kid: 'unknown' }),
  'a path as kid': header({ kid: '../../etc/passwd' }),
  'SQL as kid': header({ kid: "' OR 1=1 --" }),
  'no kid': header({ kid: undefined }),
  'a jwk of its own': header({ jwk: { kty: 'EC' } }),
  'a jku': header({ jku: 'https://evil.example/jwks' }),
  'an x5u': header({ x5u: 'https://evil.example/cert' }),
  'a crit': header({ crit: ['extra'], extra: true }),
  'typ JWT': header({ typ: 'JWT' }),
  'typ dpop+jwt': header({ typ: 'dpop+jwt' }),
  'no typ': header({ typ: undefined }),
  'another issuer': claims(() => ({ iss: 'https://evil.example' })),
  'another audience': claims(() => ({ aud: 'https://evil.example' })),
  'a list of audiences': claims((token) => ({ aud: [String(decodeJwt(token).aud), 'https://evil.example'] })),
  'exp as text': claims((token) => ({ exp: String(decodeJwt(token).exp) as unknown as number })),
  'no exp': claims(() => ({ exp: undefined })),
  'an iat in the future': claims((token) => ({ iat: seconds(token) + 61 })),
  'an nbf': claims((token) => ({ nbf: seconds(token) })),
  'no sid': claims(() => ({ sid: undefined })),
  'no jti': claims(() => ({ jti: undefined })),
  'a key in its cnf that is none': claims(() => ({ cnf: { kid: 'x' } as never })),
  'an empty sub': claims(() => ({ sub: '' })),
  'sid as a number': claims(() => ({ sid: 7 })),
  'a claim twice': (token, keys) => {
    const text = JSON.stringify(decodeJwt(token));
    return signedText(keys, JSON.stringify(decodeProtectedHeader(token)), `${text.slice(0, -1)},"sub":"eve"}`);
  },
  'a header member twice': (token, keys) => {
    const text = JSON.stringify(decodeProtectedHeader(token));
    return signedText(keys, `${text.slice(0, -1)},"alg":"ES256"}`, JSON.stringify(decodeJwt(token)));
  },
  'b64 false': (token, keys) => {
    const head = { ...decodeProtectedHeader(token), b64: false, crit: ['b64'] };
    return signedText(keys, JSON.stringify(head), JSON.stringify(decodeJwt(token)));
  },
  'a payload that is a list': (token, keys) =>
    signedText(keys, JSON.stringify(decodeProtectedHeader(token)), JSON.stringify([decodeJwt(token)])),
  '9 KiB': claims(() => ({ padding: 'x'.repeat(9 * 1_024) })),
  nothing: () => '..',
  'no JWT': () => 'opaque',
};

describe.each(Object.entries(forgeries))('an access token with %s', (_, forge) => {
  it('opens no API and is not genuine at logout (TST-4)', async () => {
    const { server, keys, store } = testServer();
    const send = direct(server);
    const { access_token, refresh_token, sid } = await server.seedSession('ada');
    const forged = await forge(access_token, keys);

    const refusal = await send('me', bearer(forged));
    expect(refusal.status).toBe(401);
    expect(refusal.headers.get('www-authenticate')).toContain('error="invalid_token"');

    const unknown = `rt1_${'x'.repeat(43)}`;
    const pair = formPost({ access_token: forged, refresh_token: unknown });
    expect((await send('auth/logout', pair)).status).toBe(401);
    expect((await store.find(sid))?.revokedAt).toBeNull();
    const refreshed = await tokensOf(await apiOf(send).refresh(refresh_token));

    // With the session's own refresh token it is a theft, whatever it is that is wrong.
    const stolen = formPost({ access_token: forged, refresh_token: refreshed.refresh_token });
    expect((await send('auth/logout', stolen)).status).toBe(401);
    expect((await store.find(sid))?.revokeReason).toBe('suspected_theft');
  });
});

it('an unchanged token, and one the server signed anew, are accepted', async () => {
  const { server, keys } = testServer();
  const send = direct(server);
  const { access_token } = await server.seedSession('ada');
  for (const token of [access_token, await signedByServer(keys, access_token)]) {
    expect((await send('me', bearer(token))).status).toBe(200);
  }
});

it('an expired token is genuine at logout and is refused everywhere else (TST-5)', async () => {
  const { server } = testServer();
  const send = direct(server);
  const { access_token, refresh_token, sid } = await server.seedSession('ada', { accessTtl: 0 });
  for (const [path, method] of [
    ['me', 'GET'],
    ['echo', 'POST'],
    ['auth/sessions', 'GET'],
    [`auth/sessions/${sid}`, 'DELETE'],
    ['auth/logout-all', 'POST'],
  ] as const) {
    const answer = await send(path, { ...bearer(access_token), method });
    expect([path, answer.status]).toEqual([path, 401]);
  }
  expect((await send('auth/logout', formPost({ access_token, refresh_token }))).status).toBe(200);
});

it('what proves a token genuine cannot be used where a valid one is needed', async () => {
  const { keys, clock } = testServer();
  const issuer = { issuer: 'x', audience: 'x', keys, random: () => new Uint8Array(16) };
  const needsValid = (access: ValidAccess | null) => access;
  const genuine = await verifyGenuine(issuer, 'x', clock.now());
  // @ts-expect-error A token that is only genuine may have expired long ago.
  needsValid(genuine);
  expect(needsValid(await verifyForApi(issuer, 'x', clock.now()))).toBeNull();
});
