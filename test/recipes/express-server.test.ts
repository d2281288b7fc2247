import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAuthClient } from '@latchkey/client';
import { manualClock, platformOf } from '@latchkey/mock-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createServer } from './express-server.ts';

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
  const client = createAuthClient({
    baseUrl,
    storage: 'memory',
    platform: platformOf(clock),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const body = await request.clone().text();
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
    post: (path: string, fields: Record<string, string>) =>
      fetch(new URL(path, baseUrl), { method: 'POST', body: new URLSearchParams(fields) }),
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
