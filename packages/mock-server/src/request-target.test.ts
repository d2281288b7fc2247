import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, serve } from './node.ts';
import { type TestServer, testServer } from './testing/api.ts';

/*
 * Kind: the mount reads what stands in a request's first line more kindly than the server behind a proxy would, so that a rule
 * about paths, in a proxy or in the mount itself, is about another request than the one that is served.
 */

let running: RunningServer;
let tested: TestServer;
let port: number;

beforeAll(async () => {
  tested = testServer({ allowedOrigins: ['https://app.example'] });
  running = await serve(tested.server, { clockEndpoint: true });
  port = Number(new URL(running.url).port);
});
afterAll(() => running.close());

/** Sends bytes as they are, one for each character, and reads until the server closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(text, 'latin1')));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(5_000, () => socket.destroy());
  });
}

const body = '{"advance":60}';
const post = (target: string, host = `Host: 127.0.0.1:${port}\r\n`): Promise<string> =>
  raw(
    `POST ${target} HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? Number.NaN);
const statusIn = async (answer: Promise<string>): Promise<number> => statusOf(await answer);

/** Whether the clock was reached, which is for the path `/clock/advance` and for no other. */
async function movesClock(target: string): Promise<[status: number, moved: boolean]> {
  const before = tested.clock.now();
  const status = await statusIn(post(target));
  return [status, tested.clock.now() - before >= 60_000];
}

it('serves what is asked for in origin-form (OX13)', async () => {
  expect(await movesClock('/clock/advance')).toEqual([200, true]);
  expect(await movesClock('/clock/advance?why=because')).toEqual([200, true]);
  expect(await statusIn(raw('GET /me HTTP/1.0\r\n\r\n'))).toBe(401);
});

describe('a target that is no origin-form is answered 400, and reaches nothing (OX13)', () => {
  it.each([
    ['two slashes, which a link takes for a host', '//x/clock/advance'],
    ['two slashes and nothing', '//'],
    ['three slashes', '///clock/advance'],
    ['dot segments', '/public/../clock/advance'],
    ['one dot', '/./clock/advance'],
    ['encoded dots', '/public/%2e%2e/clock/advance'],
    ['encoded dots in capitals', '/public/%2E%2E/clock/advance'],
    ['half encoded dots', '/public/.%2e/clock/advance'],
    ['a dot segment at the end', '/clock/advance/.'],
    ['backslashes', '\\clock\\advance'],
    ['a backslash within', '/clock\\advance'],
    ['a slash and a backslash', '/\\x/clock/advance'],
    ['a file', 'file:///clock/advance'],
    ['a file, shorter', 'file:/clock/advance'],
    ['absolute-form of another host', 'http://other/clock/advance'],
    ['absolute-form of another scheme', 'https://other/clock/advance'],
    ['absolute-form in capitals', 'HTTP://other/clock/advance'],
    ['no slash', 'clock/advance'],
    ['a query only', '?clock/advance'],
    ['a fragment', '/clock/advance#x'],
    ['an asterisk', '*'],
    ['what is not ASCII', '/clock/advance\u00e9'],
    ['what is not ASCII, in the query', '/clock/advance?\u00e9'],
    ['a quote, which a link would encode', '/clock/"advance'],
  ])('%s', async (_, target) => {
    expect(await movesClock(target)).toEqual([400, false]);
  });

  it.each([
    ['a tab', '/clock\t/advance'],
    ['a tab before', '\t/clock/advance'],
    ['a NUL', '/clock/advance\0'],
    ['a space', '/clock/adv ance'],
    ['a line feed', '/clock\n/advance'],
    ['DEL', '/clock/advance\x7f'],
  ])('%s', async (_, target) => {
    expect(await movesClock(target)).toEqual([400, false]);
  });

  it('authority-form', async () => {
    expect(await statusIn(raw(`CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n`))).toBe(400);
    expect(await statusIn(post('127.0.0.1:80'))).toBe(400);
  });
});

it.each([
  '/clock/advance;x=1',
  '/clock/%61dvance',
  '/public/%252e%252e/clock/advance',
  '/clock%2fadvance',
  '/clock/advance/',
  '/clock//advance',
  '/x%5c..%5cclock/advance',
  '/..;/clock/advance',
])('another path is another path: %s (OX13)', async (target) => {
  expect(await movesClock(target)).toEqual([404, false]);
});

it('what browsers leave as it is in a query stays (OX13)', async () => {
  const answer = await raw(`GET /me?a={b|c}&d='e'&f=\\&g=^\`[] HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(statusOf(answer)).toBe(401);
});

it('a target that is too long is answered (OX13)', async () => {
  const get = (target: string) => raw(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect([414, 431]).toContain(await statusIn(get(`/${'a'.repeat(20_000)}`)));
  expect([414, 431]).toContain(await statusIn(get(`/me?${'a'.repeat(200_000)}`)));
});

describe('there is one Host, and it is one (OX13)', () => {
  it.each([
    ['none', ''],
    ['two', 'Host: a\r\nHost: b\r\n'],
    ['the same twice', 'Host: a\r\nHost: a\r\n'],
    ['an empty one', 'Host: \r\n'],
    ['two in one', 'Host: a, b\r\n'],
    ['one with a space', 'Host: a b\r\n'],
    ['one with a path', 'Host: a/clock/advance?\r\n'],
    ['one with a user', 'Host: user@a\r\n'],
    ['one with a fragment', 'Host: a#\r\n'],
    ['one with a backslash', 'Host: a\\b\r\n'],
    ['one with a port that is none', 'Host: a:99999\r\n'],
    ['one with a port of letters', 'Host: a:b\r\n'],
    ['one that is no address', 'Host: [::1\r\n'],
    ['one that is not ASCII', 'Host: \u00e9\r\n'],
  ])('%s is answered 400', async (_, host) => {
    expect(await statusIn(post('/clock/advance', host))).toBe(400);
  });

  it.each(['a', 'a.example:8080', '[::1]:3000', '127.0.0.1', 'A_B.example', 'a.'])('%s is served', async (host) => {
    expect(await statusIn(post('/clock/advance', `Host: ${host}\r\n`))).toBe(200);
  });
});

it('OPTIONS * is answered for the server as a whole (OX13)', async () => {
  const answer = await raw('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(statusOf(answer)).toBe(204);
  expect(answer).toMatch(/^allow: .*POST/im);
});

it.each(['TRACE', 'LINK'])('a method that no request can have is answered: %s (OX13)', async (method) => {
  expect([405, 501]).toContain(
    await statusIn(raw(`${method} /me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)),
  );
});

it('what is refused is dated, kept by no cache, and says why (OX13)', async () => {
  const answer = await post('//x/me');
  expect(answer).toMatch(/^cache-control: no-store\r$/im);
  expect(answer).toMatch(/^date: /im);
  expect(answer).toContain('"error":"invalid_request"');
});

it('a mistake of the server is answered 500, too (OX13)', async () => {
  const broken = { ...tested.server, fetch: () => Promise.reject(new Error('a secret of the server')) };
  const { url, close } = await serve(broken);
  const answer = await fetch(new URL('me', url));
  expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('secret')]);
  await close();
});
