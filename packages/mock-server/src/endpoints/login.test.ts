import { expect, it, onTestFinished, vi } from 'vitest';
import { day } from '../clock/duration.ts';
import { memoryStore } from '../store/memory-store.ts';
import { ada, apiOf, direct, formPost, jsonPost, outcomeOf, testServer, tokensOf } from '../testing/api.ts';

const wrong = { username: 'ada', password: 'wrong password' };
const right = { username: ada.username, password: ada.password };

function start() {
  const { server, clock } = testServer();
  const from = (clientIp: string | undefined, credentials: unknown) =>
    server.fetch(new Request('https://api.example/auth/login', jsonPost(credentials)), {
      ...(clientIp !== undefined && { clientIp }),
    });
  return { server, clock, from, api: apiOf(direct(server)) };
}

/** The iterations of every key derivation from now on, so that a test can compare work without a stopwatch. */
function countedWork(): number[] {
  const work: number[] = [];
  const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
  const spy = vi.spyOn(crypto.subtle, 'deriveBits').mockImplementation((algorithm, ...rest) => {
    work.push((algorithm as Pbkdf2Params).iterations);
    return derive(algorithm, ...rest);
  });
  onTestFinished(() => spy.mockRestore());
  return work;
}

it('unknown user and wrong password get the same bytes for the same work (TST-26)', async () => {
  const work = countedWork();
  const { api } = start();
  await api.login();
  const seen = [];
  for (const credentials of [wrong, { ...wrong, username: 'nobody' }]) {
    work.splice(0);
    const answer = await api.login(credentials);
    seen.push(JSON.stringify([answer.status, [...answer.headers], await answer.text(), work]));
  }
  expect(seen[0]).toBe(seen[1]);
  expect(work).toEqual([1_000]);
});

it('creating a server hashes nothing; the first login hashes for all, whoever it is', async () => {
  const work = countedWork();
  for (const username of ['ada', 'nobody']) {
    work.splice(0);
    const { api } = start();
    expect(work).toEqual([]);
    await api.login({ username, password: 'wrong password' });
    expect(work).toEqual([1_000, 1_000, 1_000]);
  }
});

it('guessing gets slower, is told when to come back, and costs no hashing meanwhile', async () => {
  const work = countedWork();
  const { api, clock } = start();
  const waits: number[] = [];
  for (let failures = 0; failures < 5; failures += 1) expect((await api.login(wrong)).status).toBe(400);
  for (let round = 0; round < 12; round += 1) {
    const checks = work.length;
    const limited = await api.login(right);
    expect([limited.status, work.length]).toEqual([429, checks]);
    const wait = Number(limited.headers.get('retry-after'));
    waits.push(wait);
    clock.advance(wait * 1_000);
    expect((await api.login(wrong)).status).toBe(400);
  }
  expect(waits.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
  expect(Math.max(...waits)).toBe(900);
});

it('nobody is locked out for good, and the right password from another address works at once', async () => {
  const { clock, from } = start();
  for (let failures = 0; failures < 30; failures += 1) await from('192.0.2.66', wrong);
  expect((await from('192.0.2.66', right)).status).toBe(429);
  expect((await from('192.0.2.7', right)).status).toBe(200);
  clock.advance('15m');
  expect((await from('192.0.2.66', right)).status).toBe(200);
});

it('guesses from many addresses slow each other down, by a minute at most (PWD-5)', async () => {
  const work = countedWork();
  const { clock, from } = start();
  for (let n = 0; n < 20; n += 1) expect((await from(`192.0.2.${n}`, wrong)).status).toBe(400);
  const waits: number[] = [];
  for (let n = 20; n < 30; n += 1) {
    const checks = work.length;
    const limited = await from(`192.0.2.${n}`, wrong);
    expect([limited.status, work.length]).toEqual([429, checks]);
    waits.push(Number(limited.headers.get('retry-after')));
    clock.advance((waits.at(-1) ?? 0) * 1_000);
    expect((await from(`192.0.2.${n}`, wrong)).status).toBe(400);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  clock.advance('1h');
  expect((await from('192.0.2.99', wrong)).status).toBe(400);
});

it('an owner who was told when to come back is let in then, though others took their turn first (PWD-5)', async () => {
  const { clock, from } = start();
  for (let n = 0; n < 21; n += 1) await from(`192.0.2.${n}`, wrong);
  const refused = await from('203.0.113.5', right);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  clock.advance('1s');
  expect((await from('192.0.2.99', wrong)).status).toBe(400);
  expect((await from('192.0.2.98', wrong)).status).toBe(429);
  expect((await from('203.0.113.5', right)).status).toBe(200);
});

it('an address that guessed one account logs in to its own at once (PWD-5)', async () => {
  const { from } = start();
  for (let failures = 0; failures < 10; failures += 1) await from('192.0.2.66', wrong);
  expect((await from('192.0.2.66', right)).status).toBe(429);
  expect((await from('192.0.2.66', { username: 'eve', password: 'battery staple' })).status).toBe(200);
});

it('addresses of one IPv6 network are one guesser (PWD-5)', async () => {
  const { from } = start();
  for (let n = 0; n < 5; n += 1) expect((await from(`2001:db8:1:2::${n}`, wrong)).status).toBe(400);
  expect((await from('2001:db8:1:2:9:9:9:9', wrong)).status).toBe(429);
  expect((await from('2001:db8:1:3::1', wrong)).status).toBe(400);
});

it('guesses sent all at once are counted like guesses sent one after the other', async () => {
  const { from } = start();
  const answers = await Promise.all(Array.from({ length: 40 }, () => from('192.0.2.66', wrong)));
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(35);
});

it('an address that tries many names has to wait', async () => {
  const { from } = start();
  const statuses = [];
  for (let name = 0; name < 51; name += 1) {
    statuses.push((await from('192.0.2.66', { ...wrong, username: `user-${name}` })).status);
  }
  expect(statuses.filter((status) => status === 400)).toHaveLength(50);
  expect(statuses.at(-1)).toBe(429);
});

it('a hundred right logins, one by one and all at once, meet no limit', async () => {
  const { from, server } = start();
  for (let count = 0; count < 50; count += 1) expect((await from(undefined, right)).status).toBe(200);
  const answers = await Promise.all(Array.from({ length: 50 }, () => from('192.0.2.1', right)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await server.sessions.list('ada')).filter(({ status }) => status === 'live')).toHaveLength(100);
});

it('a login beyond the limit of sessions ends the oldest', async () => {
  const { server } = testServer({ policy: { maxSessions: 2 } });
  const api = apiOf(direct(server));
  for (let count = 0; count < 3; count += 1) await tokensOf(await api.login());
  const rows = await server.sessions.list('ada');
  expect(rows.map(({ revokeReason }) => revokeReason)).toEqual(['session_limit', null, null]);
});

it('sessions that have lapsed count for nothing: a login ends none that is in use in their place', async () => {
  const { server, clock } = testServer({ policy: { maxSessions: 2 } });
  const api = apiOf(direct(server));
  const daily = await server.seedSession('ada', { age: 9 * day });
  await server.seedSession('ada', { age: 8 * day, idle: 8 * day });
  await tokensOf(await api.login());
  expect((await server.sessions.list('ada')).map(({ status }) => status)).toEqual(['live', 'lapsed', 'live']);
  expect((await api.refresh(daily.refresh_token)).status).toBe(200);
  clock.advance('1m');
  await tokensOf(await api.login());
  const rows = await server.sessions.list('ada');
  expect(rows.map(({ revokeReason }) => revokeReason)).toEqual(['session_limit', null, null, null]);
});

it('a login never ends the session it starts, in whatever order a store lists those of one instant', async () => {
  const inner = memoryStore();
  const store = { ...inner, list: async (userId?: string) => [...(await inner.list(userId))].reverse() };
  const { server } = testServer({ store, policy: { maxSessions: 1 } });
  const api = apiOf(direct(server));
  await api.login();
  const { access_token } = await tokensOf(await api.login());
  expect((await api.me(access_token)).status).toBe(200);
});

it.each([
  ['no password', { username: 'ada' }],
  ['a number as password', { username: 'ada', password: 12_345_678 }],
  ['a name of 300 characters', { username: 'x'.repeat(300), password: 'correct horse' }],
  ['a list as device', { ...right, device_label: ['x'] }],
  ['a NUL, which PostgreSQL keeps in no text', { ...right, device_label: 'a\0' }],
  ['a NUL in its client', { ...right, client_id: 'a\0' }],
])('a login with %s is malformed', async (_, credentials) => {
  const { api } = start();
  expect(await outcomeOf(await api.login(credentials))).toMatchObject([400, { error: 'invalid_request' }]);
});

it('whatever client a login may name may refresh', async () => {
  const { server, api } = start();
  const client_id = 'x'.repeat(256);
  const { refresh_token } = await tokensOf(await api.login({ ...right, client_id }));
  const fields = { grant_type: 'refresh_token', refresh_token };
  const refresh = (client: string) => direct(server)('auth/refresh', formPost({ ...fields, client_id: client }));
  for (const odd of [`${client_id}x`, 'x\0']) {
    expect(await outcomeOf(await refresh(odd))).toMatchObject([400, { error: 'invalid_request' }]);
  }
  expect((await refresh(client_id)).status).toBe(200);
});

it('passwords are compared byte for byte, long ones too, and never cut', async () => {
  const long = '🔑'.repeat(100);
  const { server } = testServer({ users: [{ username: 'ada', password: long }] });
  const api = apiOf(direct(server));
  expect((await api.login({ username: 'ada', password: long })).status).toBe(200);
  expect((await api.login({ username: 'ada', password: `${long}!` })).status).toBe(400);
  expect((await api.login({ username: 'ada', password: long.slice(0, -2) })).status).toBe(400);
  expect((await api.login({ username: 'ada', password: 'x'.repeat(1_025) })).status).toBe(400);
});

it('no user can have a password over 1024 bytes, and nobody can change to one under 8', async () => {
  expect(() => testServer({ users: [{ username: 'ada', password: 'x'.repeat(1_025) }] })).toThrow(RangeError);
  const { server } = testServer({ users: [{ username: 'ada', password: 'short' }] });
  for (const password of ['shorter', 'x'.repeat(1_025)]) {
    await expect(server.users.setPassword('ada', password)).rejects.toThrow(RangeError);
  }
});

it('a session shows its device coarsely', async () => {
  const { server, store } = testServer();
  const init = jsonPost({ ...right, device_label: 'Work laptop' });
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  };
  await server.fetch(new Request('https://api.example/auth/login', { ...init, headers }), { clientIp: '192.0.2.77' });
  expect((await store.list())[0]?.family).toMatchObject({
    deviceLabel: 'Work laptop',
    userAgent: 'Firefox on Linux',
    ipPrefix: '192.0.2.0/24',
  });
});
