import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeIn, engines } from '../support/browsers.ts';
import { htmlPage, type PageServer, servePages } from '../support/page-server.ts';

// Kind: code that runs in every browser uses something that one of the engines lacks, and no test runs it there.

const ofMockServer = createRequire(new URL('../../packages/mock-server/package.json', import.meta.url));
let pages: PageServer;
beforeAll(async () => {
  pages = await servePages({
    '/in-page': htmlPage(
      ['leak-watch', 'latchkey', 'latchkey-mock-server'].map((name) => `<script src="/${name}.js"></script>`).join(''),
    ),
    '/latchkey-mock-server.js': new URL(
      '../../packages/mock-server/dist/latchkey-mock-server.iife.min.js',
      import.meta.url,
    ),
    '/mockServiceWorker.js': pathToFileURL(ofMockServer.resolve('msw/mockServiceWorker.js')),
  });
});
afterAll(() => pages.close());

// Run in the page.
declare const Latchkey: typeof import('@latchkey/client');
declare const LatchkeyMockServer: typeof import('../../packages/mock-server/src/iife.ts');

/** Makes the server in the page, logs in, and sends bodies of every kind: gives what the server says of each. */
const tryOut = async (way: 'server.fetch' | 'service worker') => {
  const baseUrl = new URL('api/', location.href);
  const server = LatchkeyMockServer.createAuthServer({
    users: [{ username: 'ada', password: 'lovelace' }],
    passwordHasher: LatchkeyMockServer.cheapPasswordHasher(),
    echo: true,
  });
  const worker = LatchkeyMockServer.setupWorker(...LatchkeyMockServer.createHandlers(server, { baseUrl }));
  if (way === 'service worker') await worker.start({ quiet: true });
  const transport =
    way === 'service worker'
      ? (input: RequestInfo | URL, init?: RequestInit) => fetch(input, { ...init, keepalive: false })
      : (input: RequestInfo | URL, init?: RequestInit) => server.fetch(new Request(input, init), { basePath: '/api/' });
  const client = Latchkey.createAuthClient({ baseUrl, fetch: transport });
  const said: Record<string, unknown> = {};
  /** The outcome of a call, or the error it ends with. */
  const note = async (name: string, work: () => Promise<unknown>) => {
    said[name] = await work().catch((error: Error) => `${error.name}: ${error.message}`);
  };
  const digest = async (body: BodyInit | null) => {
    const bytes = await new Response(body).arrayBuffer();
    const sha256 = Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('');
    return { length: bytes.byteLength, sha256 };
  };
  const login = (username: string) =>
    transport(new URL('auth/login', baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: 'lovelace' }),
    });
  await note('login', async () => (await client.login({ username: 'ada', password: 'lovelace' })).status);
  await note('login with no body', async () => {
    const headers = { 'content-type': 'application/json' };
    return (await transport(new URL('auth/login', baseUrl), { method: 'POST', headers })).status;
  });
  await note('login of 20,000 characters', async () => (await login('a'.repeat(20_000))).status);
  await note('GET', async () => (await (await client.fetch('me')).json()).username);
  await note('HEAD', async () => (await client.fetch('me', { method: 'HEAD' })).status);
  const same: Record<string, BodyInit | null> = {
    'no body': null,
    'an empty text': '',
    'a text': 'Ünïcode 🔑',
    'a form of names': new URLSearchParams({ a: 'b' }),
    'a Blob': new Blob(['some', 'thing']),
    'an empty Blob': new Blob([]),
    'a File': new File(['a file'], 'name.txt'),
    'a buffer': new Uint8Array(1_000_000).fill(7).buffer,
    'part of a buffer': new DataView(new ArrayBuffer(9), 2, 4),
  };
  for (const [name, body] of Object.entries(same)) {
    await note(name, async () => {
      const response = await client.fetch('echo', { method: 'PUT', body });
      const [there, here] = [(await response.json()).body, await digest(body)];
      return there.length === here.length && there.sha256 === here.sha256 ? 'the same' : [there, here];
    });
  }
  const form = (file?: File) => {
    const form = new FormData();
    form.append('name', 'value');
    if (file) form.append('file', file);
    return form;
  };
  for (const [name, body] of [
    ['a form', form()],
    ['a form with a file', form(new File(['the file in the form'], 'name.txt', { type: 'text/plain' }))],
  ] as const) {
    await note(name, async () => {
      const response = await client.fetch('echo', { method: 'POST', body });
      const answer = await response.json();
      if (!response.ok) return [response.status, answer];
      const boundary = /boundary=(.+)$/.exec(answer.headers['content-type'])?.[1];
      const disposition = 'Content-Disposition: form-data; name=';
      const parts = [`${disposition}"name"\r\n\r\nvalue\r\n`];
      if (body.has('file')) {
        parts.push(
          `${disposition}"file"; filename="name.txt"\r\nContent-Type: text/plain\r\n\r\nthe file in the form\r\n`,
        );
      }
      const sent = await digest(`${parts.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`);
      return answer.body.sha256 === sent.sha256 ? 'the same' : [answer.body, sent];
    });
  }
  // A worker is handed each body twice, which takes seconds for these, and reads nothing itself.
  if (way === 'server.fetch') {
    await note('16 MiB', async () => {
      const response = await client.fetch('echo', { method: 'POST', body: new Uint8Array(2 ** 24) });
      return (await response.json()).body.length;
    });
    await note('more than 16 MiB', async () => {
      return (await client.fetch('echo', { method: 'POST', body: new Uint8Array(2 ** 24 + 1) })).status;
    });
  }
  await note('refresh', async () => (await client.refresh({ force: true })).status);
  await note('logout', async () => (await client.logout()).server);
  client.dispose();
  if (way === 'service worker') {
    const native = Latchkey.createAuthClient({ baseUrl });
    await native.login({ username: 'ada', password: 'lovelace' });
    await note('logout that outlives the page', async () => (await native.logout()).server);
    native.dispose();
  }
  worker.stop();
  return said;
};

const inEveryEngine = {
  login: 'signed-in',
  'login with no body': 400,
  'login of 20,000 characters': 413,
  GET: 'ada',
  HEAD: 200,
  'no body': 'the same',
  'an empty text': 'the same',
  'a text': 'the same',
  'a form of names': 'the same',
  'a Blob': 'the same',
  'an empty Blob': 'the same',
  'a File': 'the same',
  'a buffer': 'the same',
  'part of a buffer': 'the same',
  'a form': 'the same',
  refresh: 'signed-in',
  logout: 'revoked',
};
const unreadable = {
  status: 400,
  error: 'invalid_request',
  title: 'The body could not be read (InvalidStateError: Unable to read form data blob).',
  type: 'about:blank',
};

describeIn(engines, 'a server in the page', (browser, engine) => {
  test('logs in, refreshes, logs out, and reads bodies of every kind up to its limits (OS1)', async () => {
    const tab = await browser().openTab(`${pages.url}/in-page`);
    expect(await tab.evaluate(tryOut, 'server.fetch')).toEqual({
      ...inEveryEngine,
      // WebKit reads a form with a file in it only when it sends it.
      'a form with a file': engine === 'webkit' ? [400, unreadable] : 'the same',
      '16 MiB': 2 ** 24,
      'more than 16 MiB': 413,
    });
  });

  test('does so behind a service worker (OS1)', async () => {
    const tab = await browser().openTab(`${pages.url}/in-page`);
    expect(await tab.evaluate(tryOut, 'service worker')).toEqual({
      ...inEveryEngine,
      'a form with a file': 'the same',
      // Firefox sends what outlives the page past the service worker, to a server that has no such endpoint.
      'logout that outlives the page': engine === 'firefox' ? 'pending' : 'revoked',
    });
  });
});
