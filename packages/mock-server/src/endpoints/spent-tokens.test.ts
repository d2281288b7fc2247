// Kind: whoever shows a token that was exchanged before picks the parameters of the request, so none of them may decide whether the
// theft is noticed.
import { expect, it } from 'vitest';
import { apiOf, direct, formPost, outcomeOf, someKey, testServer, tokensOf } from '../testing/api.ts';
import { deviceScene } from '../testing/device-scene.ts';

const revoked = [400, expect.objectContaining({ error: 'invalid_grant', reason: 'revoked' })];

function start() {
  const { server, clock } = testServer();
  const send = direct(server);
  const refresh = (changes: Record<string, string>, headers: Record<string, string> = {}) =>
    send('auth/refresh', formPost({ grant_type: 'refresh_token', client_id: 'spa', ...changes }, headers));
  return { server, clock, api: apiOf(send), refresh };
}

it('the owner of a session whose login named no client finds out that a thief of another client was first (OX1)', async () => {
  const { server, api, refresh } = start();
  const { refresh_token } = await tokensOf(await api.login());
  const stolen = await tokensOf(await refresh({ refresh_token, client_id: 'anything' }));
  expect(await outcomeOf(await api.refresh(refresh_token, someKey(1)))).toEqual(revoked);
  expect((await api.me(stolen.access_token)).status).toBe(401);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'reuse' }]);
  expect(server.securityEvents.map(({ type }) => type)).toEqual(['reuse']);
});

it('the login binds the session, so another client cannot even be first (OX1)', async () => {
  const { server, api, refresh } = start();
  const login = { username: 'ada', password: 'correct horse', client_id: 'spa' };
  const { refresh_token } = await tokensOf(await api.login(login));
  const other = await refresh({ refresh_token, client_id: 'anything' });
  expect(await outcomeOf(other)).toMatchObject([400, { error: 'invalid_grant', reason: 'invalid' }]);
  expect(await server.sessions.list()).toMatchObject([{ status: 'live', clientId: 'spa' }]);
  expect((await api.refresh(refresh_token)).status).toBe(200);
});

it.each([
  ['another client', { client_id: 'anything' }, {}, 'invalid_grant'],
  [
    'another client, with the key of the exchange',
    { client_id: 'anything' },
    { 'idempotency-key': `"${someKey(1)}"` },
    'invalid_grant',
  ],
  ['no client', { client_id: '' }, {}, 'invalid_request'],
  ['a client of 300 characters', { client_id: 'x'.repeat(300) }, {}, 'invalid_request'],
  ['a scope', { scope: 'everything' }, {}, 'invalid_scope'],
  ['another grant', { grant_type: 'password' }, {}, 'unsupported_grant_type'],
  ['a key of the wrong form', {}, { 'idempotency-key': 'short' }, 'invalid_request'],
])('a spent token ends its session when it comes with %s (OX1)', async (_, changes, headers, error) => {
  const { server, api, refresh } = start();
  const { refresh_token } = await server.seedSession('ada', { clientId: 'spa' });
  const living = await tokensOf(await api.refresh(refresh_token, someKey(1)));
  expect(await outcomeOf(await refresh({ refresh_token, ...changes }, headers))).toMatchObject([400, { error }]);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'reuse' }]);
  expect(server.securityEvents.map(({ type }) => type)).toEqual(['reuse']);
  expect((await api.me(living.access_token)).status).toBe(401);
  expect(await outcomeOf(await api.refresh(living.refresh_token))).toEqual(revoked);
});

it('a grandparent ends the session as well, whichever client is named (OX1)', async () => {
  const { server, api, refresh } = start();
  const { refresh_token } = await server.seedSession('ada', { clientId: 'spa' });
  const second = await tokensOf(await api.refresh(refresh_token));
  await tokensOf(await api.refresh(second.refresh_token));
  expect(await outcomeOf(await refresh({ refresh_token, client_id: 'anything' }))).toEqual(revoked);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'reuse' }]);
});

it('a thief who names another client and binds the session to his key loses it when its owner comes (OX1)', async () => {
  for (const owned of ['without a proof', 'with a proof'] as const) {
    const { server, send, owner, stranger, plain } = await deviceScene();
    const { refresh_token } = await server.seedSession('ada');
    const fields = { grant_type: 'refresh_token', client_id: 'anything', refresh_token };
    const stolen = await tokensOf(await stranger.send('auth/refresh', formPost(fields)));
    expect(stolen.token_type).toBe('DPoP');
    const late = owned === 'with a proof' ? owner.refresh(refresh_token) : plain.refresh(refresh_token);
    expect(await outcomeOf(await late)).toEqual(revoked);
    expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'reuse' }]);
    expect((await send('me', { headers: { authorization: `Bearer ${stolen.access_token}` } })).status).toBe(401);
  }
});

it('a spent token that comes with a stranger’s proof, and the key of the exchange too, ends its session (OX1)', async () => {
  const { server, stranger, plain } = await deviceScene();
  const { refresh_token } = await server.seedSession('ada');
  await tokensOf(await plain.refresh(refresh_token, someKey(1)));
  expect(await outcomeOf(await stranger.refresh(refresh_token))).toEqual(revoked);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'reuse' }]);
});

it('a current token is not spent, and its session lives, whatever else is wrong with the request (OX1)', async () => {
  const { server, api, refresh } = start();
  const { refresh_token } = await server.seedSession('ada', { clientId: 'spa' });
  for (const changes of [{ client_id: 'anything' }, { client_id: '' }, { scope: 'x' }, { grant_type: 'password' }]) {
    expect((await refresh({ refresh_token, ...changes })).status).toBe(400);
  }
  expect(server.securityEvents.filter(({ type }) => type === 'reuse')).toEqual([]);
  expect((await api.refresh(refresh_token)).status).toBe(200);
});
