// Kind: what a request costs must follow from what is in use, and not from how much there ever was.
import { expect, it } from 'vitest';
import { day } from '../clock/duration.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { Family, SessionStore } from '../store/session-store.ts';
import { ada, apiOf, bearer, direct, testServer, tokensOf } from '../testing/api.ts';
import { someFamily, someToken } from '../testing/rows.ts';

/** A store that counts the rows it hands out. */
function counting(inner: SessionStore): { store: SessionStore; rows: () => number } {
  let count = 0;
  const counted = async <T extends readonly unknown[]>(rows: Promise<T>): Promise<T> => {
    count += (await rows).length;
    return rows;
  };
  return {
    store: {
      ...inner,
      decideEach: (userId, rule) => counted(inner.decideEach(userId, rule)),
      unended: (userId, since) => counted(inner.unended(userId, since)),
      recent: (userId, most) => counted(inner.recent(userId, most)),
      list: (userId) => counted(inner.list(userId)),
    },
    rows() {
      const before = count;
      count = 0;
      return before;
    },
  };
}

async function withMany(changes: (n: number, now: number) => Partial<Family>, count = 20_000) {
  const { store, rows } = counting(memoryStore());
  const { server, clock } = testServer({ store });
  const now = clock.now();
  for (let n = 0; n < count; n += 1) {
    const family = someFamily({
      id: `old-${n}`,
      createdAt: now - 30 * day,
      absoluteExpiresAt: now + 60 * day,
      ...changes(n, now),
    });
    await store.open(family, someToken({ hash: `hash-${n}`, familyId: family.id }));
  }
  const send = direct(server);
  return { server, clock, store, rows, send, api: apiOf(send) };
}

const ended = (n: number, now: number) => ({ revokedAt: now - n, revokeReason: 'logout', lastRotatedAt: now - n });
const lapsed = (_: number, now: number) => ({ lastRotatedAt: now - 8 * day });

it.each([
  ['ended', ended],
  ['lapsed', lapsed],
])('a login reads none of 20,000 sessions that have %s (OS4, OX5)', async (_, changes) => {
  const { api, rows } = await withMany(changes);
  await tokensOf(await api.login());
  expect(rows()).toBeLessThanOrEqual(1);
  await tokensOf(await api.login());
  expect(rows()).toBeLessThanOrEqual(2);
});

it('the list shows the last hundred of 20,000 that ended, and the own one (OX5)', async () => {
  const { api, send, rows } = await withMany(ended);
  const { access_token, sid } = await tokensOf(await api.login());
  rows();
  const { sessions } = (await (await send('auth/sessions', bearer(access_token))).json()) as {
    sessions: { sid: string; current: boolean }[];
  };
  expect(sessions).toHaveLength(101);
  expect(rows()).toBe(101);
  expect(sessions.at(-1)).toMatchObject({ sid, current: true });
  expect(sessions.map((session) => session.sid)).toContain('old-0');
});

it('to log out everywhere and to change the password look at nothing that has ended (OX5)', async () => {
  const { server, send, api, rows } = await withMany(ended);
  const { access_token } = await tokensOf(await api.login());
  rows();
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ password: ada.password });
  expect((await send('auth/logout-all', { method: 'POST', headers, body })).status).toBe(204);
  expect(rows()).toBe(1);
  await tokensOf(await api.login());
  rows();
  await server.users.setPassword('ada', 'a new password');
  expect(rows()).toBe(1);
});

it('a login beyond the limit still ends the session whose login is the oldest, among very many that ended (OS4)', async () => {
  const { server, api } = await withMany(ended, 300);
  const logins = [];
  for (let n = 0; n < 101; n += 1) logins.push(await tokensOf(await api.login()));
  expect((await api.me(logins[0]?.access_token ?? '')).status).toBe(401);
  expect((await api.me(logins[1]?.access_token ?? '')).status).toBe(200);
  const rows = await server.sessions.list('ada');
  expect(rows.filter(({ status }) => status === 'live')).toHaveLength(100);
  expect(rows.filter(({ revokeReason }) => revokeReason === 'session_limit')).toHaveLength(1);
});
