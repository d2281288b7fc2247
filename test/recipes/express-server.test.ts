import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAuthClient } from '@latchkey/client';
import { manualClock, platformOf } from '@latchkey/mock-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createServer } from './express-server.ts';

// Kind: a refresh that is sent again gets another successor than the first time, and the client goes on with the one that is gone.

/** The server on HTTP, in a time of its own, and a client of it. */
async function openServer() {
  const clock = manualClock();
  const app = createServer({
    secret: crypto.getRandomValues(new Uint8Array(32)),
    checkPassword: async (username, password) => username === 'ada' && password === 'lovelace',
    origin: 'https://app.example.com',
    now: clock.now,
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const asked: { path: string; status: number; body: string }[] = [];
  let loseAnswer = false;
  let delayRequest = false;
  const delayed: Request[] = [];
  const client = createAuthClient({
    baseUrl,
    storage: 'memory',
    platform: platformOf(clock),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const body = await request.clone().text();
      if (delayRequest && request.url.endsWith('refresh')) {
        delayRequest = false;
        delayed.push(new Request(request.url, { method: 'POST', headers: request.headers, body }));
        throw new TypeError('Failed to fetch');
      }
      const response = await fetch(request);
      asked.push({ path: new URL(request.url).pathname, status: response.status, body });
      if (loseAnswer && request.url.endsWith('refresh')) {
        loseAnswer = false;
        throw new TypeError('Failed to fetch');
      }
      return response;
    },
  });
  onTestFinished(() => {
    client.dispose();
    server.close();
  });
  const count = (path: string) => asked.filter((one) => one.path === path).length;
  return {
    clock,
    client,
    asked,
    count,
    login: () => client.login({ username: 'ada', password: 'lovelace' }),
    loseNextAnswer: () => {
      loseAnswer = true;
    },
    /** The next refresh seems to fail, and reaches the server when it is delivered. */
    delayNextRefresh: () => {
      delayRequest = true;
    },
    delayed,
    deliver: () => Promise.all(delayed.splice(0).map((request) => fetch(request))),
    post: (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(new URL(path, baseUrl), { method: 'POST', headers, body: new URLSearchParams(fields) }),
  };
}

test('the Express server signs in, refreshes once for all, and lapses after the week', async () => {
  const { clock, client, login, count } = await openServer();
  await expect(client.login({ username: 'ada', password: 'guess' })).rejects.toMatchObject({ error: 'invalid_grant' });
  await login();
  clock.advance('20m');
  const answers = await Promise.all([1, 2, 3].map(() => client.fetch('me')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(count('/auth/refresh')).toBe(1);
  clock.advance('8d');
  expect(client.session).toMatchObject({ status: 'lapsed', reason: 'window-passed' });
});

test('the Express server hears of a logout with a dead pair', async () => {
  const { clock, client, login } = await openServer();
  await login();
  clock.advance('8d');
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
});

test('the Express server gives a lost answer again, and ends the session of a stolen token', async () => {
  const { clock, client, login, asked, loseNextAnswer, post } = await openServer();
  await login();
  clock.advance('20m');
  loseNextAnswer();
  const answer = client.fetch('me');
  void answer.catch(() => {});
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1));
  clock.advance('5s');
  await vi.waitFor(async () => {
    clock.advance(250);
    expect((await client.fetch('me')).status).toBe(200);
  });
  const stolen = new URLSearchParams(asked.find(({ path }) => path === '/auth/refresh')?.body);
  expect((await post('auth/refresh', Object.fromEntries(stolen))).status).toBe(400);
  expect((await client.fetch('me').catch((error: Error) => error)).toString()).toMatch(/RefreshRejectedError/);
  expect(client.session).toEqual({ status: 'signed-out', reason: 'refresh-rejected' });
});

test('two refreshes with one token at the same moment have no two successors', async () => {
  const { post } = await openServer();
  const login = await post('auth/login', { username: 'ada', password: 'lovelace' });
  const { refresh_token } = (await login.json()) as { refresh_token: string };
  const answers = await Promise.all([post('auth/refresh', { refresh_token }), post('auth/refresh', { refresh_token })]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
});

test('a refresh that arrives late, after it was sent again, takes nothing away from the client (OS2)', async () => {
  const { clock, client, login, asked, count, delayed, delayNextRefresh, deliver } = await openServer();
  await login();
  clock.advance('20m');
  delayNextRefresh();
  const answer = client.fetch('me').catch(() => null);
  await vi.waitFor(() => expect(delayed).toHaveLength(1));
  await vi.waitFor(() => {
    clock.advance('1s');
    expect(count('/auth/refresh')).toBe(1);
  });
  await answer;
  expect((await client.fetch('me')).status).toBe(200);
  const [late] = await deliver();
  expect(late?.status).toBe(200);
  // The next refresh, 20 minutes later, is where the session used to end.
  for (let time = 0; time < 3; time += 1) {
    clock.advance('20m');
    expect((await client.fetch('me')).status).toBe(200);
  }
  expect(asked.filter(({ path, status }) => path === '/auth/refresh' && status !== 200)).toEqual([]);
});

const tokensOf = async (answer: Response) =>
  (await answer.json()) as { refresh_token: string; refresh_token_timeout: number };

test('however many ask at once with one token and one key, all get the one successor (OS2)', async () => {
  const { post } = await openServer();
  let { refresh_token } = await tokensOf(await post('auth/login', { username: 'ada', password: 'lovelace' }));
  for (let round = 1; round <= 3; round += 1) {
    const key = { 'idempotency-key': `"a key of round ${round}"` };
    const repeats = Array.from({ length: 20 }, () => post('auth/refresh', { refresh_token }, key));
    const successors = new Set(
      (await Promise.all((await Promise.all(repeats)).map(tokensOf))).map((one) => one.refresh_token),
    );
    expect(successors.size).toBe(1);
    [refresh_token = ''] = successors;
  }
});

test('a repeat does not make the week any longer, and is over once its successor was used (OS2)', async () => {
  const { clock, post } = await openServer();
  const first = await tokensOf(await post('auth/login', { username: 'ada', password: 'lovelace' }));
  const key = (name: string) => ({ 'idempotency-key': `"${name}"` });
  const next = await tokensOf(await post('auth/refresh', { refresh_token: first.refresh_token }, key('one')));
  clock.advance('60s');
  const again = await tokensOf(await post('auth/refresh', { refresh_token: first.refresh_token }, key('one')));
  expect([again.refresh_token, again.refresh_token_timeout]).toEqual([
    next.refresh_token,
    next.refresh_token_timeout - 60,
  ]);
  expect((await post('auth/refresh', { refresh_token: next.refresh_token }, key('two'))).status).toBe(200);
  expect((await post('auth/refresh', { refresh_token: first.refresh_token }, key('one'))).status).toBe(400);
  expect((await post('auth/refresh', { refresh_token: next.refresh_token }, key('two'))).status).toBe(400);
});

test.each([
  ['another key', { 'idempotency-key': '"two"' }],
  ['no key', {}],
  ['an empty key', { 'idempotency-key': '' }],
])('a repeat with %s is a theft, and ends the session (OS2)', async (_, headers) => {
  const { post } = await openServer();
  const { refresh_token } = await tokensOf(await post('auth/login', { username: 'ada', password: 'lovelace' }));
  const next = await tokensOf(await post('auth/refresh', { refresh_token }, { 'idempotency-key': '"one"' }));
  expect((await post('auth/refresh', { refresh_token }, headers as Record<string, string>)).status).toBe(400);
  expect((await post('auth/refresh', { refresh_token: next.refresh_token })).status).toBe(400);
});

test('a repeat is over after two minutes (OS2)', async () => {
  const { clock, post } = await openServer();
  const { refresh_token } = await tokensOf(await post('auth/login', { username: 'ada', password: 'lovelace' }));
  const key = { 'idempotency-key': '"one"' };
  await post('auth/refresh', { refresh_token }, key);
  clock.advance('120s');
  expect((await post('auth/refresh', { refresh_token }, key)).status).toBe(400);
});

test('without a key successors are not the same, and neither are those of two sessions (OS2)', async () => {
  const { post } = await openServer();
  const seen = new Set<string>();
  for (let time = 0; time < 3; time += 1) {
    const { refresh_token } = await tokensOf(await post('auth/login', { username: 'ada', password: 'lovelace' }));
    seen.add(
      (await tokensOf(await post('auth/refresh', { refresh_token }, { 'idempotency-key': '"one"' }))).refresh_token,
    );
  }
  expect(seen.size).toBe(3);
});
