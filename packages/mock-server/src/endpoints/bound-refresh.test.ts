import { expect, it } from 'vitest';
import { day, second } from '../clock/duration.ts';
import { outcomeOf, pairOf, someKey, tokensOf } from '../testing/api.ts';
import { deviceScene as start } from '../testing/device-scene.ts';

const revoked = [400, expect.objectContaining({ error: 'invalid_grant', reason: 'revoked' })];

it('a lost answer is given again hours later to the same key, with no Idempotency-Key (DPP-8)', async () => {
  const { server, clock, owner } = await start();
  const { refresh_token } = await tokensOf(await owner.login());
  server.faults.next('refresh', { loseResponse: true });
  expect((await owner.refresh(refresh_token)).type).toBe('error');
  clock.advance('8h');
  await owner.greet();
  const again = await tokensOf(await owner.refresh(refresh_token));
  expect(await tokensOf(await owner.refresh(refresh_token))).toMatchObject({ refresh_token: again.refresh_token });
  expect(again).toMatchObject({ token_type: 'DPoP', refresh_token_timeout: 7 * 86_400 - 8 * 3_600 });
  expect((await owner.me(again.access_token)).status).toBe(200);
  expect((await owner.refresh(again.refresh_token)).status).toBe(200);
});

it('the proof is what counts, whatever the Idempotency-Key says', async () => {
  const { owner } = await start();
  const { refresh_token } = await tokensOf(await owner.login());
  const keyed = (name: string) => ({ 'idempotency-key': `"${someKey(name)}"` });
  const first = await tokensOf(await owner.refresh(refresh_token, {}, keyed('one')));
  const again = await tokensOf(await owner.refresh(refresh_token, {}, keyed('two')));
  expect(again.refresh_token).toBe(first.refresh_token);
  expect((await owner.refresh(again.refresh_token, {}, keyed('one'))).status).toBe(200);
});

it('10 parallel refreshes by one key get one successor', async () => {
  const { owner, store } = await start();
  const { refresh_token } = await tokensOf(await owner.login());
  const answers = await Promise.all(Array.from({ length: 10 }, () => owner.refresh(refresh_token)));
  const pairs = await Promise.all(answers.map(tokensOf));
  expect(new Set(pairs.map((pair) => pair.refresh_token)).size).toBe(1);
  expect((await store.list())[0]?.tokens.map(({ status }) => status)).toEqual(['rotated', 'current']);
});

it('a retry that brings a proof, which the lost exchange did not have, gets the successor all the same', async () => {
  const { server, owner, plain } = await start();
  const { refresh_token } = await tokensOf(await plain.login());
  const first = await tokensOf(await plain.refresh(refresh_token, someKey(1)));
  const retry = owner.refresh(refresh_token, {}, { 'idempotency-key': `"${someKey(1)}"` });
  const again = await tokensOf(await retry);
  expect(again).toMatchObject({ refresh_token: first.refresh_token, token_type: 'Bearer' });
  expect(await tokensOf(await owner.refresh(again.refresh_token))).toMatchObject({ token_type: 'DPoP' });
  expect(await server.sessions.list()).toMatchObject([{ status: 'live' }]);
});

it('a retry after the successor was used ends the family: the key itself is in two hands', async () => {
  const { server, owner } = await start();
  const first = await tokensOf(await owner.login());
  const second = await tokensOf(await owner.refresh(first.refresh_token));
  await owner.refresh(second.refresh_token);
  expect(await outcomeOf(await owner.refresh(first.refresh_token))).toEqual(revoked);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'reuse' }]);
});

it('a policy can make the time for retries shorter', async () => {
  const { server, clock, owner } = await start({ dpopReplayWindow: 30 * second });
  const { refresh_token } = await tokensOf(await owner.login());
  await owner.refresh(refresh_token);
  clock.advance('30s');
  expect((await owner.refresh(refresh_token)).status).toBe(200);
  clock.advance('1s');
  expect(await outcomeOf(await owner.refresh(refresh_token))).toEqual(revoked);
  expect(await server.sessions.list()).toMatchObject([{ revokeReason: 'replay_window' }]);
});

it('strict single use is strict for bound sessions too', async () => {
  const { store, owner } = await start({ replayWindow: 0 });
  const { refresh_token } = await tokensOf(await owner.login());
  await owner.refresh(refresh_token);
  expect((await store.list())[0]?.tokens[0]).toMatchObject({ successor: null });
  expect((await owner.refresh(refresh_token)).status).toBe(400);
});

it('no time for retries is longer than the window', async () => {
  await expect(start({ dpopReplayWindow: 8 * day })).rejects.toThrow(RangeError);
});

it('the successor of a bound token is erased when its own time is over, not with the others', async () => {
  const { server, clock, owner, plain, store } = await start({ dpopReplayWindow: day });
  const successors = async () => (await store.list()).map(({ tokens }) => tokens[0]?.successor ?? null);
  await owner.refresh((await tokensOf(await owner.login())).refresh_token);
  await plain.refresh((await server.seedSession('ada')).refresh_token, someKey(1));
  expect(await successors()).toEqual([expect.any(String), expect.any(String)]);
  clock.advance('3m');
  await server.sessions.purge();
  expect(await successors()).toEqual([expect.any(String), null]);
  clock.advance('1d');
  await Promise.resolve();
  expect(await successors()).toEqual([null, null]);
});

it('a logout erases the successor and the name of the key', async () => {
  const { owner, plain, store, device } = await start();
  const { refresh_token } = await tokensOf(await owner.login());
  await plain.logout(pairOf(await tokensOf(await owner.refresh(refresh_token))));
  const [session] = await store.list();
  expect(session?.tokens.map(({ successor }) => successor)).toEqual([null, null]);
  expect(JSON.stringify(session)).not.toContain(device.thumbprint);
});

it('a thief who binds a stolen session to a key of his own loses it when its owner comes', async () => {
  for (const owned of ['without a proof', 'with a proof'] as const) {
    const { server, owner, stranger, plain } = await start();
    const { refresh_token } = await server.seedSession('ada');
    const stolen = await tokensOf(await stranger.refresh(refresh_token));
    const late = owned === 'with a proof' ? await owner.refresh(refresh_token) : await plain.refresh(refresh_token);
    expect(await outcomeOf(late)).toEqual(revoked);
    expect((await stranger.me(stolen.access_token)).status).toBe(401);
    expect((await stranger.refresh(stolen.refresh_token)).status).toBe(400);
    expect(server.securityEvents.map(({ type }) => type)).toEqual(['reuse']);
  }
});

it('the first refresh with a proof can be tried again like any other', async () => {
  const { server, clock, owner } = await start();
  const { refresh_token } = await server.seedSession('ada');
  const first = await tokensOf(await owner.refresh(refresh_token));
  clock.advance('2m');
  expect(await tokensOf(await owner.refresh(refresh_token))).toMatchObject({ refresh_token: first.refresh_token });
  clock.advance('1s');
  expect(await outcomeOf(await owner.refresh(refresh_token))).toEqual(revoked);
});

it('a bound session passes its window like any other, with the key or without', async () => {
  const { clock, owner, plain } = await start();
  const tokens = await tokensOf(await owner.login());
  clock.advance('7d');
  expect(await outcomeOf(await plain.refresh(tokens.refresh_token))).toMatchObject([400, { reason: 'expired' }]);
});

it('the list of sessions and their end ask for the proof too', async () => {
  const { owner, plain, send } = await start();
  const { access_token: accessToken, refresh_token, sid } = await tokensOf(await owner.login());
  const authorization = `DPoP ${accessToken}`;
  expect((await send('auth/sessions', { headers: { authorization } })).status).toBe(401);
  expect((await plain.me(accessToken)).status).toBe(401);
  expect((await owner.send('auth/sessions', { headers: { authorization } }, { accessToken })).status).toBe(200);
  const headers = { authorization, 'content-type': 'application/json' };
  const end = { method: 'DELETE', headers, body: JSON.stringify({ refresh_token }) };
  expect((await send(`auth/sessions/${sid}`, end)).status).toBe(401);
  expect((await owner.send(`auth/sessions/${sid}`, end, { accessToken })).status).toBe(204);
});
