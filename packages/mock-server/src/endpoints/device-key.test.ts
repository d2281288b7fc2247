import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { apiOf, direct, formPost, outcomeOf, pairOf, testServer, tokensOf } from '../testing/api.ts';
import { newDevice } from '../testing/device.ts';
import { challengeOf, deviceScene as start } from '../testing/device-scene.ts';
import { ticketOf } from '../tokens/refresh-token.ts';

const badProof = [400, expect.objectContaining({ error: 'invalid_dpop_proof' })];
const bearerAndDpop = 'Bearer realm="latchkey", error="invalid_token", DPoP algs="ES256"';

it('a login with a proof is bound to its key, from the access token to the database', async () => {
  const { owner, device, store } = await start();
  const tokens = await tokensOf(await owner.login());
  expect(tokens.token_type).toBe('DPoP');
  expect(decodeJwt(tokens.access_token)['cnf']).toEqual({ jkt: device.thumbprint });
  expect(await store.find(tokens.sid)).toMatchObject({ deviceKey: device.thumbprint });
  expect(await (await owner.me(tokens.access_token)).json()).toMatchObject({ username: 'ada' });
});

it('a login without a proof stays with Bearer, whatever a user claims of a key', async () => {
  const cnf = { jkt: (await newDevice()).thumbprint };
  const { server } = testServer({ users: [{ username: 'ada', password: 'correct horse', claims: { cnf } }] });
  const api = apiOf(direct(server));
  const tokens = await tokensOf(await api.login());
  expect(tokens.token_type).toBe('Bearer');
  expect(decodeJwt(tokens.access_token)['cnf']).toBeUndefined();
  expect((await api.me(tokens.access_token)).status).toBe(200);
});

it('a refresh with a proof binds a session that was not bound', async () => {
  const { server, owner, plain, store, device } = await start();
  const first = await server.seedSession('ada');
  const second = await tokensOf(await owner.refresh(first.refresh_token));
  expect(second.token_type).toBe('DPoP');
  expect(await store.find(first.sid)).toMatchObject({ deviceKey: device.thumbprint });
  expect(await outcomeOf(await plain.refresh(second.refresh_token))).toEqual(badProof);
  expect((await owner.refresh(second.refresh_token)).status).toBe(200);
});

it('a session can be seeded bound', async () => {
  const { server, owner, device } = await start();
  const tokens = await server.seedSession('ada', { deviceKey: device.thumbprint });
  expect((await owner.me(tokens.access_token)).status).toBe(200);
  expect((await owner.refresh(tokens.refresh_token)).status).toBe(200);
});

it('a proof is good once, at the auth server and at a resource', async () => {
  const { owner, server } = await start();
  const claims = { jti: 'the-same-jti-again' };
  const tokens = await tokensOf(await owner.login({ claims }));
  expect(await outcomeOf(await owner.login({ claims }))).toEqual(badProof);
  const again = { claims: { jti: 'another-jti-repeated' } };
  expect((await owner.me(tokens.access_token, again)).status).toBe(200);
  const replayed = await owner.me(tokens.access_token, again);
  expect([replayed.status, challengeOf(replayed)]).toEqual([401, 'DPoP error="invalid_dpop_proof", algs="ES256"']);
  const third = { claims: { jti: 'a-third-jti-repeated' } };
  const next = await tokensOf(await owner.refresh(tokens.refresh_token, third));
  expect(await outcomeOf(await owner.refresh(next.refresh_token, third))).toEqual(badProof);
  expect((await owner.refresh(next.refresh_token)).status).toBe(200);
  expect(server.securityEvents).toEqual([]);
});

it.each([
  ['method', { claims: { htm: 'DELETE' } }],
  ['address', { claims: { htu: 'https://evil.example/auth/refresh' } }],
  ['time', { claims: { iat: 1 } }],
  ['access token', { accessToken: 'another' }],
  ['type', { header: { typ: 'JWT' } }],
])('a proof for another %s is no good anywhere, and changes nothing', async (what, otherwise) => {
  const { owner, store } = await start();
  const tokens = await tokensOf(await owner.login());
  const before = await store.list();
  const refused = await owner.me(tokens.access_token, otherwise);
  expect([refused.status, challengeOf(refused)]).toEqual([401, 'DPoP error="invalid_dpop_proof", algs="ES256"']);
  // What a proof says of an access token means nothing where none is sent.
  if (what === 'access token') return;
  expect(await outcomeOf(await owner.refresh(tokens.refresh_token, otherwise))).toEqual(badProof);
  expect(await outcomeOf(await owner.login(otherwise))).toEqual(badProof);
  expect(await store.list()).toEqual(before);
});

it('stolen tokens without the key can neither call nor refresh, and harm nobody by trying', async () => {
  const { server, owner, stranger, plain, send, store } = await start();
  const { access_token, refresh_token, sid } = await tokensOf(await owner.login());
  const before = await store.list();
  const attempts = [
    [await plain.me(access_token), bearerAndDpop],
    [
      await send('me', { headers: { authorization: `DPoP ${access_token}` } }),
      'DPoP error="invalid_dpop_proof", algs="ES256"',
    ],
    [await stranger.me(access_token), 'DPoP error="invalid_token", algs="ES256"'],
  ] as const;
  for (const [refused, challenge] of attempts) expect([refused.status, challengeOf(refused)]).toEqual([401, challenge]);
  for (const attempt of [await plain.refresh(refresh_token), await stranger.refresh(refresh_token)]) {
    expect(await outcomeOf(attempt)).toEqual(badProof);
  }
  expect(await store.list()).toEqual(before);
  const events = server.securityEvents.map(({ type, ...event }) => [type, event.sid, event.username]);
  expect(events).toEqual(Array.from({ length: 4 }, () => ['key_not_proven', sid, 'ada']));
  expect((await owner.me(access_token)).status).toBe(200);
  const second = await tokensOf(await owner.refresh(refresh_token));
  const third = await tokensOf(await owner.refresh(second.refresh_token));
  // Nor can tokens that are no longer current, which would be theft if they were not bound.
  for (const late of [refresh_token, second.refresh_token]) {
    expect(await outcomeOf(await plain.refresh(late))).toEqual(badProof);
    expect(await outcomeOf(await stranger.refresh(late))).toEqual(badProof);
  }
  expect((await owner.refresh(third.refresh_token)).status).toBe(200);
});

it.each(['logout', 'ticket', 'revoke'])(
  '%s needs no proof: whoever has the tokens may end their session',
  async (way) => {
    const { server, owner, send, plain } = await start();
    const tokens = await tokensOf(await owner.login());
    const ended = {
      logout: () => plain.logout(pairOf(tokens)),
      ticket: async () => plain.logout({ logout_ticket: await ticketOf(tokens.refresh_token), sid: tokens.sid }),
      revoke: () => send('auth/revoke', formPost({ token: tokens.refresh_token })),
    }[way];
    expect((await ended?.())?.status).toBe(200);
    expect(await server.sessions.list()).toMatchObject([{ status: 'revoked' }]);
    expect(challengeOf(await owner.me(tokens.access_token))).toBe('DPoP error="invalid_token", algs="ES256"');
    expect(await outcomeOf(await owner.refresh(tokens.refresh_token))).toMatchObject([400, { reason: 'revoked' }]);
  },
);

it('a token that is not bound does not become so by coming with a proof', async () => {
  const { server, owner, send } = await start();
  const { access_token } = await server.seedSession('ada');
  const refused = await owner.me(access_token);
  expect([refused.status, challengeOf(refused)]).toEqual([401, 'DPoP error="invalid_token", algs="ES256"']);
  expect(server.securityEvents).toEqual([]);
  expect((await owner.send('me', { headers: { authorization: `Bearer ${access_token}` } })).status).toBe(200);
  for (const authorization of ['DPoP', 'dpop x', `DPoP ${access_token} x`, 'DPoP x, DPoP y']) {
    const malformed = await send('me', { headers: { authorization } });
    expect([malformed.status, challengeOf(malformed)]).toEqual([401, 'DPoP error="invalid_token", algs="ES256"']);
  }
});
