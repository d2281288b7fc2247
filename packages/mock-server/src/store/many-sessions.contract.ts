import { beforeEach, describe, expect, it } from 'vitest';
import { day, hour } from '../clock/duration.ts';
import { logout, refresh, someFamily, someToken, start } from '../testing/rows.ts';
import type { Family, SessionStore } from './session-store.ts';

/** What a store promises of users who have had very many sessions. */
export function manySessions(currentStore: () => SessionStore): void {
  describe('with many sessions of one user (OS4, OX5)', () => {
    let store: SessionStore;
    beforeEach(() => {
      store = currentStore();
    });

    const open = (id: string, changes: Partial<Family> = {}) =>
      store.open(someFamily({ id, ...changes }), someToken({ hash: `of-${id}`, familyId: id }));
    const ended = (id: string, at: number, changes: Partial<Family> = {}) =>
      open(id, { revokedAt: at, revokeReason: 'logout', ...changes });
    const ids = (families: readonly Family[]) => families.map(({ id }) => id);

    it('tells those that have not ended, by when they were last used', async () => {
      await open('lapsed', { createdAt: start - 9 * day, lastRotatedAt: start - 8 * day });
      await open('edge', { createdAt: start - 8 * day, lastRotatedAt: start - 7 * day });
      await open('eves', { userId: 'eve' });
      await ended('ended', start);
      expect(ids(await store.unended('ada', start - 7 * day))).toEqual(['edge', 'family-1']);
      expect(ids(await store.unended('ada', start - 7 * day + 1))).toEqual(['family-1']);
      expect(ids(await store.unended('ada', Number.NEGATIVE_INFINITY))).toEqual(['lapsed', 'edge', 'family-1']);
      expect(await store.unended('ada', start + 1)).toEqual([]);
      expect(await store.unended('nobody', 0)).toEqual([]);
      const [family] = (await store.unended('ada', start)) as [Family];
      expect(family).toEqual(someFamily());
    });

    it('a refresh keeps a session among those in use, an end takes it away', async () => {
      await open('old', { createdAt: start - 6 * day, lastRotatedAt: start - 6 * day });
      await store.decide({ familyId: 'old' }, refresh('next', { now: start + hour }));
      expect(ids(await store.unended('ada', start + hour))).toEqual(['old']);
      expect(ids(await store.recent('ada', { unended: 9, ended: 0 }))).toEqual(['old', 'family-1']);
      await store.decide({ familyId: 'old' }, logout);
      expect(ids(await store.unended('ada', 0))).toEqual(['family-1']);
      expect(ids(await store.recent('ada', { unended: 9, ended: 9 }))).toEqual(['old', 'family-1']);
      expect(ids(await store.recent('ada', { unended: 0, ended: 9 }))).toEqual(['old']);
      await store.purge(Number.MAX_SAFE_INTEGER, 10);
      expect(await store.recent('ada', { unended: 9, ended: 9 })).toEqual([]);
    });

    it('shows the last ones of very many, those in use and those that ended', async () => {
      for (let n = 0; n < 60; n += 1) await ended(`ended-${n}`, start + n * hour, { createdAt: start - n * hour - 1 });
      for (let n = 0; n < 5; n += 1) await open(`live-${n}`, { lastRotatedAt: start + n * day, createdAt: start + n });
      const shown = ids(await store.recent('ada', { unended: 2, ended: 3 }));
      expect(shown).toEqual(['ended-59', 'ended-58', 'ended-57', 'live-3', 'live-4']);
      expect(await store.recent('ada', { unended: 0, ended: 0 })).toEqual([]);
      expect(await store.recent('ada', { unended: 1_000, ended: 1_000 })).toHaveLength(66);
    });

    it('knows the keys of a session that was refreshed very often, until it ends', async () => {
      const next = (n: number) => refresh(`hash-${n + 1}`, { keyHash: `key-${n}`, now: start + n * hour });
      for (let n = 1; n < 100; n += 1) await store.decide({ tokenHash: `hash-${n}`, keyHash: `key-${n}` }, next(n));
      const usedFor = (keyHash: string) =>
        store.decide({ tokenHash: 'hash-100', keyHash }, (found) => ({ result: found?.keyUsedFor ?? null }));
      expect(await Promise.all(['key-1', 'key-50', 'key-99', 'key-100'].map(usedFor))).toEqual([1, 50, 99, null]);
      await store.decide({ familyId: 'family-1' }, logout);
      expect(await usedFor('key-50')).toBeNull();
    });

    it('decides for the sessions of a user that have not ended, and does not look at the others', async () => {
      for (let n = 0; n < 40; n += 1) await ended(`ended-${n}`, start);
      await open('lapsed', { createdAt: start - 30 * day, lastRotatedAt: start - 30 * day });
      const seen = await store.decideEach('ada', (found) => ({ result: found.family.id }));
      expect([...seen].sort()).toEqual(['family-1', 'lapsed']);
    });
  });
}
