import { expect, it } from 'vitest';
import { day } from './clock/duration.ts';
import { memoryStore } from './store/memory-store.ts';
import type { SessionStore } from './store/session-store.ts';
import { apiOf, direct, outcomeOf, pairOf, testServer } from './testing/api.ts';
import { someFamily, someToken } from './testing/rows.ts';

it('a purge deletes what ended more than a day ago and nothing else (TST-30)', async () => {
  const { server, clock, store } = testServer();
  const api = apiOf(direct(server));
  const dead = await server.seedSession('ada', { age: 1 });
  const dying = await server.seedSession('ada');
  clock.advance('91d');
  const live = await server.seedSession('ada');
  expect(await server.sessions.purge()).toBe(1);
  expect((await store.list()).map(({ family }) => family.id)).toEqual([dying.sid, live.sid]);
  expect(await server.sessions.purge()).toBe(0);
  expect(await outcomeOf(await api.refresh(dead.refresh_token))).toMatchObject([
    400,
    { error: 'invalid_grant', reason: 'invalid' },
  ]);
  expect(await outcomeOf(await api.logout(pairOf(dead)))).toEqual([400, { error: 'invalid_grant', reason: 'invalid' }]);
  expect(await outcomeOf(await api.logout(pairOf(dying)))).toEqual([200, { status: 'revoked' }]);
  expect((await api.refresh(live.refresh_token)).status).toBe(200);
});

it('a revoked session keeps its tombstones until its three months are over, and nothing of its device', async () => {
  const { server, clock, store } = testServer();
  const api = apiOf(direct(server));
  await api.login({ username: 'ada', password: 'correct horse', device_label: 'Work laptop' });
  const [before] = await store.list();
  await server.sessions.revoke(before?.family.id ?? '');
  clock.advance(90 * day);
  expect(await server.sessions.purge()).toBe(0);
  const [after] = await store.list();
  expect(after?.family).toMatchObject({ deviceLabel: null, userAgent: null, ipPrefix: null, revokeReason: 'revoked' });
  expect(after?.tokens.map(({ hash }) => hash)).toEqual(before?.tokens.map(({ hash }) => hash));
});

it('a purge of thousands lets requests through between its batches', async () => {
  const inner = memoryStore();
  let [turn, done] = [0, false];
  const batches: { count: number; turn: number }[] = [];
  const purge: SessionStore['purge'] = async (...limits) => {
    const count = await inner.purge(...limits);
    batches.push({ count, turn });
    return count;
  };
  const { server, clock } = testServer({ store: { ...inner, purge } });
  for (let n = 0; n < 1_200; n += 1) {
    const family = someFamily({ id: `family-${n}`, absoluteExpiresAt: clock.now() - 2 * day });
    await inner.open(family, someToken({ hash: `hash-${n}`, familyId: family.id }));
  }
  const live = await server.seedSession('ada');
  const countTurns = () => {
    turn += 1;
    if (!done) setImmediate(countTurns);
  };
  countTurns();
  expect(await server.sessions.purge()).toBe(1_200);
  done = true;
  expect(batches.map(({ count }) => count)).toEqual([500, 500, 200, 0]);
  // Whatever waits for its turn gets one between any two of them.
  expect(new Set(batches.map((batch) => batch.turn)).size).toBe(4);
  expect((await apiOf(direct(server)).me(live.access_token)).status).toBe(200);
});
