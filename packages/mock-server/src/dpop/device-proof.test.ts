import fc from 'fast-check';
import { base64url, SignJWT } from 'jose';
import { beforeAll, expect, it } from 'vitest';
import { type Device, newDevice, type ProofAbout } from '../testing/device.ts';
import { digest } from '../tokens/digest.ts';
import { verifyDeviceProof } from './device-proof.ts';
import type { ProofExpectation, ProofFlaw } from './proof-checks.ts';

const now = Date.UTC(2026, 0, 1) + 700;
const seconds = Math.floor(now / 1_000);
const url = 'https://api.example/v1/me?page=2';
const accessToken = 'access-token';

let device: Device;
let stranger: Device;
let expectation: ProofExpectation;

beforeAll(async () => {
  [device, stranger] = [await newDevice(), await newDevice()];
  const accessTokenHash = await digest(accessToken);
  expectation = { method: 'GET', url, now, nonces: ['fresh-nonce', 'older-nonce'], accessTokenHash };
});

const about = (changes: Partial<ProofAbout> = {}): ProofAbout => ({
  method: 'GET',
  url,
  now,
  nonce: 'fresh-nonce',
  accessToken,
  ...changes,
});
const saying = (claims: Record<string, unknown>) => () => device.prove(about({ claims }));
const withHeader = (header: Record<string, unknown>) => () => device.prove(about({ header }));
const part = (value: unknown) => base64url.encode(JSON.stringify(value));

/** The proof with one of its three parts replaced, not signed anew. */
const tampered = async (index: number, replacement: (segment: string) => string) => {
  const segments = (await device.prove(about())).split('.');
  segments[index] = replacement(segments[index] ?? '');
  return segments.join('.');
};

async function signedWith(alg: string, key: CryptoKey | Uint8Array, jwk: object): Promise<string> {
  const [, claims = ''] = (await device.prove(about())).split('.');
  const payload = JSON.parse(new TextDecoder().decode(base64url.decode(claims))) as Record<string, unknown>;
  return new SignJWT(payload).setProtectedHeader({ alg, typ: 'dpop+jwt', jwk }).sign(key);
}

const rsa = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) };

it('an honest proof tells whose it is', async () => {
  const proof = await verifyDeviceProof(await device.prove(about()), expectation);
  expect(proof).toEqual({ kind: 'device-proof', deviceKey: device.thumbprint, id: expect.any(String) });
});

it.each<[string, () => Promise<string>]>([
  ['the nonce before the fresh one', () => device.prove(about({ nonce: 'older-nonce' }))],
  ['an age of 60 seconds', saying({ iat: seconds - 60 })],
  ['a clock 5 seconds ahead', saying({ iat: seconds + 5 })],
  ['an address in another spelling', saying({ htu: 'HTTPS://API.example:443/v1/me' })],
  ['an address with its query', saying({ htu: url })],
  ['a jti of 96 bits', saying({ jti: 'x'.repeat(16) })],
  ['more members than asked for', saying({ extra: 1 })],
  [
    'a key that says what it is for',
    () => device.prove(about({ header: { jwk: { ...device.publicJwk, use: 'sig' } } })),
  ],
])('a proof with %s is good', async (_, prove) => {
  expect((await verifyDeviceProof(await prove(), expectation)).kind).toBe('device-proof');
});

it.each<[ProofFlaw, string, () => string | Promise<string>]>([
  ['form', 'no text', () => ''],
  ['form', 'no JWT', () => 'abc'],
  ['form', 'two proofs in two headers', async () => `${await device.prove(about())}, ${await device.prove(about())}`],
  ['form', 'no third part', async () => (await device.prove(about())).split('.').slice(0, 2).join('.')],
  ['form', 'no signature', () => tampered(2, () => '')],
  ['form', 'padding', () => tampered(1, (segment) => `${segment}=`)],
  ['form', 'a header that is a list', () => tampered(0, () => part([]))],
  ['form', 'claims that are no JSON', () => tampered(1, () => base64url.encode('{'))],
  ['form', '5 KiB', saying({ extra: 'x'.repeat(5_000) })],
  ['typ', 'no typ', withHeader({ typ: undefined })],
  ['typ', 'the typ of another JWT', withHeader({ typ: 'at+jwt' })],
  ['alg', 'alg none', () => tampered(0, () => part({ alg: 'none', typ: 'dpop+jwt', jwk: device.publicJwk }))],
  ['alg', 'a MAC', () => signedWith('HS256', new Uint8Array(32), { kty: 'oct', k: 'AAAA' })],
  [
    'alg',
    'another signature algorithm',
    async () => {
      const pair = await crypto.subtle.generateKey({ ...rsa, hash: 'SHA-256' }, true, ['sign', 'verify']);
      return signedWith('RS256', pair.privateKey, await crypto.subtle.exportKey('jwk', pair.publicKey));
    },
  ],
  ['crit', 'an extension', withHeader({ crit: ['extra'], extra: 1 })],
  [
    'crit',
    'an unencoded payload',
    () => tampered(0, () => part({ alg: 'ES256', typ: 'dpop+jwt', crit: ['b64'], b64: false })),
  ],
  ['jwk', 'no key', withHeader({ jwk: undefined })],
  ['jwk', 'the name of a key', withHeader({ jwk: 'key-1' })],
  [
    'jwk',
    'a key on another curve',
    () => device.prove(about({ header: { jwk: { ...device.publicJwk, crv: 'P-384' } } })),
  ],
  ['jwk', 'a key of another kind', withHeader({ jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } })],
  ['jwk', 'half a key', () => device.prove(about({ header: { jwk: { ...device.publicJwk, y: undefined } } }))],
  ['jwk', 'a key in another spelling', () => device.prove(about({ header: { jwk: respelled(device) } }))],
  ['private-jwk', 'the private key', () => device.prove(about({ header: { jwk: device.privateJwk } }))],
  ['private-jwk', 'a symmetric key', withHeader({ jwk: { kty: 'oct', k: 'AAAA' } })],
  [
    'signature',
    'another key than that which signed',
    () => device.prove(about({ header: { jwk: stranger.publicJwk } })),
  ],
  ['signature', 'a point off the curve', () => device.prove(about({ header: { jwk: offCurve(device) } }))],
  [
    'signature',
    'changed claims',
    () => tampered(1, () => part({ htm: 'GET', htu: url, iat: seconds, jti: 'x'.repeat(22) })),
  ],
  ['signature', 'r and s of 0', () => tampered(2, () => base64url.encode(new Uint8Array(64)))],
  ['htm', 'another method', saying({ htm: 'POST' })],
  ['htm', 'the method in lower case', saying({ htm: 'get' })],
  ['htm', 'no method', saying({ htm: undefined })],
  ['htu', 'another host', saying({ htu: 'https://evil.example/v1/me' })],
  ['htu', 'another path', saying({ htu: 'https://api.example/v1/echo' })],
  ['htu', 'a path alone', saying({ htu: '/v1/me' })],
  ['htu', 'no address', saying({ htu: undefined })],
  ['htu', 'a list of addresses', saying({ htu: [url] })],
  ['iat', 'an age of 61 seconds', saying({ iat: seconds - 61 })],
  ['iat', 'a clock 6 seconds ahead', saying({ iat: seconds + 6 })],
  ['iat', 'a time that is text', saying({ iat: String(seconds) })],
  ['iat', 'no time', saying({ iat: undefined })],
  ['jti', 'no jti', saying({ jti: undefined })],
  ['jti', 'a jti of less than 96 bits', saying({ jti: 'x'.repeat(15) })],
  ['jti', 'a jti that is a number', saying({ jti: 1_234_567_890_123_456 })],
  ['jti', 'an endless jti', saying({ jti: 'x'.repeat(257) })],
  ['ath', 'another access token', () => device.prove(about({ accessToken: 'another' }))],
  ['ath', 'no access token', () => device.prove(about({ accessToken: undefined }))],
  ['nonce', 'no nonce', () => device.prove(about({ nonce: undefined }))],
  ['nonce', 'a nonce of its own', () => device.prove(about({ nonce: 'made-up-one' }))],
])('%s: a proof with %s is refused (TST-23)', async (flaw, _, prove) => {
  expect(await verifyDeviceProof(await prove(), expectation)).toEqual({ kind: 'flawed-proof', flaw });
});

it('where neither a nonce nor an access token is asked for, a proof needs none', async () => {
  const plain = { ...expectation, nonces: null, accessTokenHash: null };
  const proof = await device.prove({ method: 'GET', url, now });
  expect((await verifyDeviceProof(proof, plain)).kind).toBe('device-proof');
});

it('whatever comes as a proof, it is refused and nothing breaks', async () => {
  const header = fc.record({ typ: fc.constant('dpop+jwt'), alg: fc.constant('ES256'), jwk: fc.jsonValue() });
  const jwk = fc.record({ kty: fc.constant('EC'), crv: fc.constant('P-256'), x: coordinate, y: coordinate });
  const parts = fc.tuple(
    fc
      .oneof(
        header,
        jwk.map((key) => ({ typ: 'dpop+jwt', alg: 'ES256', jwk: key })),
        fc.jsonValue(),
      )
      .map(part),
    fc.jsonValue().map(part),
    fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => base64url.encode(bytes)),
  );
  const property = fc.asyncProperty(
    fc.oneof(
      parts.map((three) => three.join('.')),
      fc.string(),
    ),
    async (text) => {
      expect((await verifyDeviceProof(text, expectation)).kind).toBe('flawed-proof');
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

const coordinate = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => base64url.encode(bytes));

/** The same number, with bits set that base64url does not use. */
function respelled({ publicJwk: { x = '', ...rest } }: Device): object {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return { ...rest, x: x.slice(0, -1) + alphabet[alphabet.indexOf(x.slice(-1)) + 1] };
}

const offCurve = ({ publicJwk }: Device): object => ({ ...publicJwk, y: publicJwk.x });
