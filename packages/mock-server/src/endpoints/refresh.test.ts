import { expect, it } from 'vitest';
import type { AuthServer } from '../auth-server.ts';
import { type Policy, resolvePolicy } from '../policy.ts';
import { ada, apiOf, direct, formPost, outcomeOf, someKey, testServer, tokensOf } from '../testing/api.ts';

function start(policy: Partial<Policy> = {}) {
  const { server, clock, store } = testServer({ policy });
  const send = direct(server);
  const tokens = async () => (await store.list()).flatMap((session) => session.tokens);
  return { server, clock, store, send, api: apiOf(send), tokens };
}

const revoked = [400, { error: 'invalid_grant', error_description: expect.any(String), reason: 'revoked' }];

it('reuse of a rotated token ends its family, the living descendant too, and no other (TST-7)', async () => {
  const { server, api } = start();
  const other = await server.seedSession('ada');
  const first = await server.seedSession('ada');
  const second = await tokensOf(await api.refresh(first.refresh_token));
  const third = await tokensOf(await api.refresh(second.refresh_token));
  expect(await outcomeOf(await api.refresh(first.refresh_token))).toEqual(revoked);
  expect(await outcomeOf(await api.refresh(third.refresh_token))).toEqual(revoked);
  expect((await api.me(third.access_token)).status).toBe(401);
  expect((await api.me(other.access_token)).status).toBe(200);
  expect((await api.refresh(other.refresh_token)).status).toBe(200);
  expect(server.securityEvents).toMatchObject([{ type: 'reuse', sid: first.sid, username: 'ada' }]);
});

it('reuse is answered like any revoked token', async () => {
  const { server, api } = start();
  const stolen = await server.seedSession('ada');
  await api.refresh(stolen.refresh_token);
  const ended = await server.seedSession('ada');
  await server.sessions.revoke(ended.sid);
  const [reuse, plain] = [await api.refresh(stolen.refresh_token), await api.refresh(ended.refresh_token)];
  expect([reuse.status, await reuse.text()]).toEqual([plain.status, await plain.text()]);
  expect([...reuse.headers]).toEqual([...plain.headers]);
});

it('50 parallel refreshes with one key get one successor (TST-8)', async () => {
  const { server, api, tokens } = start();
  const { refresh_token } = await server.seedSession('ada');
  const answers = await Promise.all(Array.from({ length: 50 }, () => api.refresh(refresh_token, someKey(1))));
  const pairs = await Promise.all(answers.map(tokensOf));
  expect(new Set(pairs.map((pair) => pair.refresh_token)).size).toBe(1);
  expect(new Set(pairs.map((pair) => pair.access_token)).size).toBe(50);
  expect((await tokens()).map(({ status }) => status)).toEqual(['rotated', 'current']);
});

it('50 parallel refreshes with different keys end the family (TST-8)', async () => {
  const { server, api } = start();
  const { refresh_token } = await server.seedSession('ada');
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => api.refresh(refresh_token, someKey(index))),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'reuse' }]);
});

it('a lost answer is given again to the same key, with a new access token and the same week (TST-9)', async () => {
  const { server, clock, api } = start();
  const { refresh_token } = await server.seedSession('ada');
  clock.advance('1d');
  server.faults.next('refresh', { loseResponse: true });
  expect((await api.refresh(refresh_token, someKey(1))).type).toBe('error');
  clock.advance('2m');
  const again = await tokensOf(await api.refresh(refresh_token, someKey(1)));
  expect(again.refresh_token_timeout).toBe(7 * 86_400 - 120);
  expect((await api.me(again.access_token)).status).toBe(200);
  expect((await api.refresh(again.refresh_token, someKey(2))).status).toBe(200);
});

it('a retry after the window ends the family, and is not called theft', async () => {
  const { server, clock, api } = start();
  const { refresh_token } = await server.seedSession('ada');
  await api.refresh(refresh_token, someKey(1));
  clock.advance('2m 1ms');
  expect(await outcomeOf(await api.refresh(refresh_token, someKey(1)))).toEqual(revoked);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'replay_window' }]);
  expect(server.securityEvents.map(({ type }) => type)).toEqual(['replay_window']);
});

it('a hundred retries are answered, as that many tabs ask together, and the next ends the family', async () => {
  const { server, api } = start();
  const { refresh_token } = await server.seedSession('ada');
  const answers = await Promise.all(Array.from({ length: 101 }, () => api.refresh(refresh_token, someKey(1))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await outcomeOf(await api.refresh(refresh_token, someKey(1)))).toEqual(revoked);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'replay_window' }]);
});

it('a retry after the successor was used is theft', async () => {
  const { server, api } = start();
  const first = await server.seedSession('ada');
  const second = await tokensOf(await api.refresh(first.refresh_token, someKey(1)));
  const third = await tokensOf(await api.refresh(second.refresh_token, someKey(2)));
  expect(await outcomeOf(await api.refresh(first.refresh_token, someKey(1)))).toEqual(revoked);
  expect((await api.refresh(third.refresh_token)).status).toBe(400);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'reuse' }]);
});

it.each([
  ['another key', someKey(2)],
  ['no key', undefined],
])('a rotated token with %s is theft, even within the window', async (_, key) => {
  const { server, api } = start();
  const first = await server.seedSession('ada');
  const second = await tokensOf(await api.refresh(first.refresh_token, someKey(1)));
  expect((await api.refresh(first.refresh_token, key)).status).toBe(400);
  expect((await api.me(second.access_token)).status).toBe(401);
  expect(server.securityEvents.map(({ type }) => type)).toEqual(['reuse']);
});

it('without a key, and with a window of 0, a token is good once', async () => {
  for (const [policy, key] of [
    [{}, undefined],
    [{ replayWindow: 0 }, someKey(1)],
  ] as const) {
    const { server, api, tokens } = start(policy);
    const { refresh_token } = await server.seedSession('ada');
    expect((await api.refresh(refresh_token, key)).status).toBe(200);
    expect((await tokens())[0]).toMatchObject({ successor: null, keyHash: null });
    expect((await api.refresh(refresh_token, key)).status).toBe(400);
    expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'reuse' }]);
  }
});

it('a key of any earlier token of the session is refused and changes nothing (REF-14)', async () => {
  const { server, clock, api, store } = start();
  let tokens = await server.seedSession('ada');
  for (const key of [1, 2, 3, undefined]) {
    tokens = await tokensOf(await api.refresh(tokens.refresh_token, key === undefined ? key : someKey(key)));
    clock.advance('5h');
  }
  const before = await store.list();
  for (const key of [1, 2, 3]) {
    const refused = await outcomeOf(await api.refresh(tokens.refresh_token, someKey(key)));
    expect(refused).toEqual([422, { error: 'invalid_request', error_description: expect.any(String) }]);
  }
  expect(await store.list()).toEqual(before);
  expect((await api.refresh(tokens.refresh_token, someKey(4))).status).toBe(200);
});

it('a key is bound to its session: another session may have one that looks the same (REF-14)', async () => {
  const { server, api } = start();
  for (const username of ['ada', 'ada', 'eve']) {
    const { refresh_token } = await server.seedSession(username);
    expect((await api.refresh(refresh_token, someKey(1))).status).toBe(200);
  }
});

it.each([
  'short',
  'unquoted-idempotency-key',
  '"has a space inside it"',
  `"${'x'.repeat(129)}"`,
  '"fine-but-no-end-quote',
])('the key %j is refused', async (key) => {
  const { server, send, store } = start();
  const { refresh_token } = await server.seedSession('ada');
  const before = await store.list();
  const fields = { grant_type: 'refresh_token', client_id: 'spa', refresh_token };
  const answer = await send('auth/refresh', formPost(fields, { 'idempotency-key': key }));
  expect(await outcomeOf(answer)).toMatchObject([400, { error: 'invalid_request' }]);
  expect(await store.list()).toEqual(before);
});

it.each([
  ['no grant type', { grant_type: '' }, 'unsupported_grant_type'],
  ['a password grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ['no client', { client_id: '' }, 'invalid_request'],
  ['no token', { refresh_token: '' }, 'invalid_request'],
  ['a scope', { scope: 'admin' }, 'invalid_scope'],
  ['another client', { client_id: 'another' }, 'invalid_grant'],
  ['an unknown token', { refresh_token: `rt1_${'x'.repeat(43)}` }, 'invalid_grant'],
  ['a malformed token', { refresh_token: 'rt1_short' }, 'invalid_grant'],
])('a refresh with %s is refused and changes nothing', async (_, changes, error) => {
  const { server, send, store } = start();
  const { refresh_token } = await server.seedSession('ada', { clientId: 'spa' });
  const before = await store.list();
  const fields = { grant_type: 'refresh_token', client_id: 'spa', refresh_token, ...changes };
  expect(await outcomeOf(await send('auth/refresh', formPost(fields)))).toMatchObject([400, { error }]);
  expect(await store.list()).toEqual(before);
});

it('the first refresh binds a session to its client', async () => {
  const { server, send } = start();
  const first = await server.seedSession('ada');
  const fields = (client_id: string, refresh_token: string) =>
    formPost({ grant_type: 'refresh_token', client_id, refresh_token });
  const second = await tokensOf(await send('auth/refresh', fields('my-app', first.refresh_token)));
  expect((await send('auth/refresh', fields('another', second.refresh_token))).status).toBe(400);
  expect((await send('auth/refresh', fields('my-app', second.refresh_token))).status).toBe(200);
});

it('the eleventh refresh in a minute has to wait, and loses nothing', async () => {
  const { server, clock, api, store } = start();
  let tokens = await server.seedSession('ada');
  for (let count = 0; count < 10; count += 1) tokens = await tokensOf(await api.refresh(tokens.refresh_token));
  const before = await store.list();
  const limited = await api.refresh(tokens.refresh_token);
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await store.list()).toEqual(before);
  clock.advance('1m');
  expect((await api.refresh(tokens.refresh_token)).status).toBe(200);
});

const refreshFrom = (server: AuthServer, clientIp: string, refresh_token: string) =>
  server.fetch(
    new Request(
      'https://api.example/auth/refresh',
      formPost({ grant_type: 'refresh_token', client_id: 'spa', refresh_token }),
    ),
    { clientIp },
  );

it('an address has its share of refreshes, all sessions together, and then is told when to come back (REF-18)', async () => {
  const { server, clock, store } = start({ refreshesPerAddress: 6 });
  const tokens = await Promise.all(Array.from({ length: 8 }, () => server.seedSession('ada')));
  const from = (clientIp: string, index: number) =>
    refreshFrom(server, clientIp, tokens[index]?.refresh_token ?? '').then(({ status, headers }) => [
      status,
      headers.get('retry-after'),
    ]);
  for (let index = 0; index < 6; index += 1) expect(await from('192.0.2.1', index)).toEqual([200, null]);
  const before = await store.list();
  expect(await from('192.0.2.1', 6)).toEqual([429, '10']);
  expect(await store.list()).toEqual(before);
  expect(await from('192.0.2.2', 7)).toEqual([200, null]);
  clock.advance('10s');
  expect(await from('192.0.2.1', 6)).toEqual([200, null]);
});

it('an office behind one address refreshes three thousand times a minute (REF-18)', () => {
  expect(resolvePolicy().refreshesPerAddress).toBe(3_000);
});

it('an address that guesses tokens has to wait with further ones, and who holds a known one does not (OX7)', async () => {
  const { server } = start();
  const { refresh_token } = await server.seedSession('ada');
  const from = (clientIp: string, token: string) => refreshFrom(server, clientIp, token);
  for (let guess = 0; guess < 30; guess += 1) {
    expect((await from('192.0.2.1', `rt1_${String(guess).padStart(43, 'x')}`)).status).toBe(400);
  }
  const another = `rt1_${'y'.repeat(43)}`;
  expect((await from('192.0.2.1', another)).status).toBe(429);
  expect((await from('192.0.2.2', another)).status).toBe(400);
  expect((await from('192.0.2.1', refresh_token)).status).toBe(200);
});

it('refresh and logout at once leave the session ended and nothing of it usable (TST-13)', async () => {
  for (const order of ['refresh first', 'logout first']) {
    const { server, api } = start();
    const tokens = await server.seedSession('ada');
    const refresh = () => api.refresh(tokens.refresh_token, someKey(1));
    const logout = () => api.logout({ access_token: tokens.access_token, refresh_token: tokens.refresh_token });
    const both = order === 'refresh first' ? [refresh(), logout()] : [logout(), refresh()];
    const answers = await Promise.all(both);
    const statuses = order === 'refresh first' ? answers : answers.reverse();
    expect(statuses[1]?.status).toBe(200);
    expect(await server.sessions.list()).toMatchObject([{ status: 'revoked' }]);
    const late = statuses[0]?.ok ? await tokensOf(statuses[0]) : null;
    for (const token of [tokens, ...(late === null ? [] : [late])]) {
      expect((await api.refresh(token.refresh_token, someKey(1))).status).toBe(400);
      expect((await api.me(token.access_token)).status).toBe(401);
    }
  }
});

it('a login after all of that still works', async () => {
  const { api } = start();
  expect((await api.login({ username: ada.username, password: ada.password, client_id: 'spa' })).status).toBe(200);
});
