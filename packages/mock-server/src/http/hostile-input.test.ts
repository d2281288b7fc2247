import { expect, it } from 'vitest';
import { direct, formPost, jsonPost, testServer } from '../testing/api.ts';
import { forwardedFor } from './forwarded-for.ts';

/*
 * Kind: text from outside makes the work on it grow faster than its length.
 *
 * Each input is sent at some length and at twice that length. An answer to the longer one that takes more than three times as
 * long, and more than a few milliseconds, is the fault.
 */

const { server } = testServer({ allowedOrigins: ['https://app.example'] });
const send = direct(server);
const a = (length: number) => 'a'.repeat(length);

const authorization = (value: string): RequestInit => ({ headers: { authorization: value } });
const login = (body: string): RequestInit => ({ ...jsonPost(0), body });
const form = (body: string): RequestInit => ({ ...formPost({}), body });

type Hostile = readonly [what: string, path: string, init: (length: number) => RequestInit];

const headers: readonly Hostile[] = [
  ['Authorization: aaa…<tab>b', 'me', (length) => authorization(`${a(length)}\tb`)],
  ['Authorization: aaa… aaa…<tab>b', 'me', (length) => authorization(`${a(length / 2)} ${a(length / 2)}\tb`)],
  ['Authorization: Bearer, spaces, and two words', 'me', (length) => authorization(`Bearer${' '.repeat(length)}a b`)],
  ['Authorization: Bearer aaa====…<tab>=', 'me', (length) => authorization(`Bearer a${'='.repeat(length)}\t=`)],
  ['Authorization: DPoP, tabs, and a word', 'me', (length) => authorization(`DPoP${'\t'.repeat(length)}a`)],
  ['Authorization: dots only', 'me', (length) => authorization(`Bearer ${'.'.repeat(length)}`)],
  ['DPoP: dots only', 'auth/refresh', (length) => formPost({}, { dpop: '.'.repeat(length) })],
  ['Idempotency-Key: quotes only', 'auth/refresh', (length) => formPost({}, { 'idempotency-key': '"'.repeat(length) })],
  ['Content-Type: semicolons only', 'auth/refresh', (length) => formPost({}, { 'content-type': ';'.repeat(length) })],
  [
    'Content-Type: spaces within',
    'auth/login',
    (length) => formPost({}, { 'content-type': `a${' '.repeat(length)}b` }),
  ],
  [
    'User-Agent: almost a browser',
    'auth/login',
    (length) => formPost({}, { 'user-agent': 'Chrom'.repeat(length / 5) }),
  ],
  ['Cookie: nothing but equal signs', 'me', (length) => ({ headers: { cookie: '=;'.repeat(length / 2) } })],
  ['Origin: almost an origin', 'me', (length) => ({ headers: { origin: `https://${'a.'.repeat(length / 2)}` } })],
];

const bodies: readonly Hostile[] = [
  ['a form of nothing but &', 'auth/refresh', (length) => form('&'.repeat(length))],
  ['a form of many names', 'auth/logout', (length) => form(Array.from({ length: length / 6 }, (_, n) => n).join('&'))],
  ['a form of broken percent signs', 'auth/revoke', (length) => form(`token=${'%'.repeat(length)}`)],
  ['a token of dashes and one exclamation mark', 'auth/revoke', (length) => form(`token=${'-'.repeat(length)}!`)],
  ['JSON of one text full of quotes', 'auth/login', (length) => login(`{"a":"${'\\"'.repeat(length / 2)}"}`)],
  ['JSON of deep lists', 'auth/login', (length) => login(`${'['.repeat(length / 2)}${']'.repeat(length / 2)}`)],
  ['JSON of deep objects', 'auth/login', (length) => login(`${'{"a":'.repeat(length / 6)}1${'}'.repeat(length / 6)}`)],
  ['JSON of spaces before a colon', 'auth/login', (length) => login(`{"a"${' '.repeat(length)}:1}`)],
  ['what begins as JSON and never ends', 'auth/login', (length) => login(`{"a":"${'\\"'.repeat(length / 2)}`)],
];

const paths: readonly (readonly [what: string, path: (length: number) => string])[] = [
  ['slashes only', (length) => `https://api.example/${'/'.repeat(length)}x`],
  ['dots and slashes', (length) => `https://api.example/${'./'.repeat(length / 2)}x`],
  ['percent signs', (length) => `https://api.example/echo/${'%'.repeat(length)}`],
  ['a query of &', (length) => `https://api.example/auth/logout-all?${'&'.repeat(length)}`],
];

async function fastest(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 5; time += 1) {
    const before = performance.now();
    await work();
    least = Math.min(least, performance.now() - before);
  }
  return least;
}

async function expectLinear(work: (length: number) => Promise<unknown>, length: number): Promise<void> {
  await work(length);
  const [once, twice] = [await fastest(() => work(length)), await fastest(() => work(2 * length))];
  expect(twice, `${once} ms, and ${twice} ms for twice as much`).toBeLessThan(Math.max(3 * once, 25));
}

it.each(headers)('a header takes the time of its length: %s (OX4)', async (_, path, init) => {
  await expectLinear((length) => send(path, init(length)), 8_000);
});

it.each(bodies)('a body takes the time of its length: %s (OX4)', async (_, path, init) => {
  await expectLinear((length) => send(path, init(length)), 8_000);
});

it.each(paths)('an address takes the time of its length: %s (OX4)', async (_, path) => {
  await expectLinear((length) => server.fetch(new Request(path(length))), 8_000);
});

it('X-Forwarded-For takes the time of its length (OX4)', async () => {
  for (const part of [',', ' ', '[', '1.', '[]:', ', ']) {
    await expectLinear(async (length) => forwardedFor(`${part.repeat(length / part.length)}x`, 1), 8_000);
  }
});

it.each(['authorization', 'dpop', 'idempotency-key', 'content-type', 'origin', 'x-anything'])(
  'the header %s is refused when it is too long, and named (OX4)',
  async (name) => {
    const answer = await send('me', { headers: { [name]: a(20_000) } });
    expect([answer.status, await answer.json()]).toMatchObject([
      431,
      { error: 'invalid_request', title: `The header ${name} is longer than 16384 bytes.` },
    ]);
  },
);

it('many headers are refused when they are too long together, and an address that is (OX4)', async () => {
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`x-${n}`, a(8_000)]));
  expect((await send('me', { headers: many })).status).toBe(431);
  expect((await send(`echo/${a(20_000)}`)).status).toBe(414);
});

it.each(['Bearer\tx', 'Bearer x y', 'Bearer x,y', 'Bearer "x"', 'Bearer \u00e9', 'Bearerx', 'Basic eDp5', 'Bearer ='])(
  'Authorization: %j presents no token, whatever is in it (OX4)',
  async (value) => {
    expect((await send('me', authorization(value))).status).toBe(401);
    expect(server.requests.at(-1)?.accessToken).toBeNull();
  },
);

it.each([
  (token: string) => `Bearer ${token}`,
  (token: string) => `bearer   ${token}  `,
  (token: string) => `BEARER ${token}`,
])('a token is taken however its scheme is written (OX4)', async (header) => {
  const { access_token } = await server.seedSession('ada');
  expect((await send('me', authorization(header(access_token)))).status).toBe(200);
});
