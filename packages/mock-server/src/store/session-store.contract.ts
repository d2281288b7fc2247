import { beforeEach, describe, expect, it } from 'vitest';
import { day } from '../clock/duration.ts';
import { revocation } from '../rules/revocation.ts';
import { logout, look, refresh, someFamily, someToken, start } from '../testing/rows.ts';
import { keptForRetries } from './kept-for-retries.contract.ts';
import { manySessions } from './many-sessions.contract.ts';
import type { Family, SessionStore } from './session-store.ts';

/** What every `SessionStore` promises. Run it against each: `sessionStoreContract('memory', async () => memoryStore())`. */
export function sessionStoreContract(name: string, create: () => Promise<SessionStore>): void {
  describe(`the ${name} store`, () => {
    let store: SessionStore;
    const openAnother = (id: string, hash: string, changes: Partial<Family> = {}) =>
      store.open(someFamily({ id, ...changes }), someToken({ hash, familyId: id }));

    beforeEach(async () => {
      store = await create();
      await store.open(someFamily(), someToken());
    });

    it('finds a token by its hash, by its ticket and by its family', async () => {
      expect(await store.decide({ tokenHash: 'hash-1' }, look)).toBe('hash-1');
      expect(await store.decide({ revokeVerifier: 'verifier-of-hash-1' }, look)).toBe('hash-1');
      expect(await store.decide({ familyId: 'family-1' }, look)).toBe('hash-1');
    });

    it('tells a rule when there is nothing', async () => {
      for (const lookup of [
        { tokenHash: 'verifier-of-hash-1' },
        { revokeVerifier: 'hash-1' },
        { familyId: 'hash-1' },
      ]) {
        expect(await store.decide(lookup, look)).toBeNull();
      }
    });

    it('shows a rule the family, the token, the newest token and its parent', async () => {
      await store.decide({ tokenHash: 'hash-1' }, refresh('hash-2'));
      await store.decide({ tokenHash: 'hash-2' }, refresh('hash-3', { keyHash: 'key-2' }));
      const seen = await store.decide({ tokenHash: 'hash-1' }, (found) => ({ result: found }));
      expect(seen?.family).toEqual(someFamily({ generation: 3, lastRotatedAt: start + 1_000 }));
      expect([seen?.token.hash, seen?.newest.hash, seen?.parent?.hash]).toEqual(['hash-1', 'hash-3', 'hash-2']);
      expect(await store.decide({ revokeVerifier: 'verifier-of-hash-1' }, look)).toBe('hash-1');
    });

    it('keeps every property of a row as it was written', async () => {
      const family = someFamily({ id: 'family-2', clientId: null, deviceLabel: null, deviceKey: 'thumbprint' });
      const token = someToken({ hash: 'hash-9', familyId: 'family-2', bound: true });
      await store.open(family, token);
      const [session] = (await store.list('ada')).filter((candidate) => candidate.family.id === 'family-2');
      expect(session).toEqual({ family, tokens: [token] });
      expect(await store.find('family-2')).toEqual(family);
    });

    it('writes nothing when a rule throws', async () => {
      const before = await store.list();
      const failing = store.decide({ tokenHash: 'hash-1' }, () => {
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await store.list()).toEqual(before);
    });

    it('refuses a second current token in a family and changes nothing', async () => {
      const before = await store.list();
      const second = store.decide({ tokenHash: 'hash-1' }, (found) => ({
        result: null,
        write: {
          family: { ...(found?.family ?? someFamily()), generation: 2 },
          tokens: [someToken({ hash: 'hash-2', generation: 2 })],
        },
      }));
      await expect(second).rejects.toThrow();
      expect(await store.list()).toEqual(before);
    });

    it('refuses another token of a generation there is', async () => {
      const before = await store.list();
      const twin = store.decide({ tokenHash: 'hash-1' }, (found) => ({
        result: null,
        write: {
          family: found?.family ?? someFamily(),
          tokens: [someToken({ hash: 'hash-2', generation: 1, status: 'rotated' })],
        },
      }));
      await expect(twin).rejects.toThrow();
      expect(await store.list()).toEqual(before);
    });

    it('refuses a family or a first token that exists', async () => {
      const before = await store.list();
      await expect(store.open(someFamily(), someToken({ hash: 'hash-9' }))).rejects.toThrow();
      await expect(store.open(someFamily({ id: 'family-2' }), someToken({ familyId: 'family-2' }))).rejects.toThrow();
      expect(await store.list()).toEqual(before);
    });

    it('gives 50 parallel refreshes of one token one successor', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, index) => store.decide({ tokenHash: 'hash-1' }, refresh(`successor-${index}`))),
      );
      expect(outcomes.filter(({ type }) => type === 'rotated')).toHaveLength(1);
      expect(outcomes.filter(({ type }) => type === 'replayed')).toHaveLength(49);
      const [session] = await store.list();
      expect(session?.tokens.map(({ status }) => status)).toEqual(['rotated', 'current']);
      const sealed = new Set(outcomes.map((outcome) => (outcome.type === 'replayed' ? outcome.sealed : null)));
      expect([...sealed].filter((text) => text !== null)).toEqual([session?.tokens[0]?.successor]);
    });

    it('ends the family when 50 parallel refreshes come with different keys', async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          store.decide({ tokenHash: 'hash-1' }, refresh(`successor-${index}`, { keyHash: `key-${index}` })),
        ),
      );
      expect((await store.find('family-1'))?.revokeReason).toBe('reuse');
      const tokens = (await store.list())[0]?.tokens ?? [];
      expect(tokens.map(({ status }) => status)).toEqual(['rotated', 'revoked']);
    });

    it('lets the second of refresh and logout see the first, in both orders', async () => {
      const [refreshed, ended] = await Promise.all([
        store.decide({ tokenHash: 'hash-1' }, refresh('hash-2')),
        store.decide({ tokenHash: 'hash-1' }, logout),
      ]);
      expect([refreshed.type, ended]).toEqual(['rotated', true]);
      await openAnother('family-2', 'other-1');
      const [endedFirst, refused] = await Promise.all([
        store.decide({ tokenHash: 'other-1' }, logout),
        store.decide({ tokenHash: 'other-1' }, refresh('other-2')),
      ]);
      expect([endedFirst, refused.type]).toEqual([true, 'already-ended']);
      const statuses = (await store.list()).flatMap(({ tokens }) => tokens.map(({ status }) => status));
      expect(statuses).toEqual(['rotated', 'revoked', 'revoked']);
    });

    it('decides for all families of a user together and for nobody else', async () => {
      await openAnother('family-2', 'hash-2');
      await openAnother('family-3', 'hash-3', { userId: 'eve' });
      const ended = await store.decideEach('ada', (found) => ({
        result: found.family.id,
        write: revocation(found, 'logout_all', start),
      }));
      expect([...ended].sort()).toEqual(['family-1', 'family-2']);
      const live = (await store.list()).filter(({ family }) => family.revokedAt === null);
      expect(live.map(({ family }) => family.id)).toEqual(['family-3']);
    });

    it('writes for all families of a user or for none', async () => {
      await openAnother('family-2', 'hash-2');
      const before = await store.list();
      const failing = store.decideEach('ada', (found) => ({
        result: null,
        write:
          found.family.id === 'family-1'
            ? revocation(found, 'logout_all', start)
            : { family: found.family, tokens: [someToken({ hash: 'x', familyId: 'family-2', generation: 2 })] },
      }));
      await expect(failing).rejects.toThrow();
      expect(await store.list()).toEqual(before);
    });

    it('lists sessions by user, oldest login first', async () => {
      await openAnother('family-0', 'hash-0', { createdAt: start - day });
      expect((await store.list('ada')).map(({ family }) => family.id)).toEqual(['family-0', 'family-1']);
      expect(await store.list('eve')).toEqual([]);
    });

    it('purges what is over, no more than it is asked to, and nothing else', async () => {
      for (const index of [2, 3, 4]) {
        await openAnother(`family-${index}`, `hash-${index}`, { absoluteExpiresAt: start + index });
      }
      expect(await store.purge(start + 4, 1)).toBe(1);
      expect(await store.purge(start + 4, 10)).toBe(1);
      expect(await store.purge(start + 4, 10)).toBe(0);
      expect((await store.list()).map(({ family }) => family.id).sort()).toEqual(['family-1', 'family-4']);
      expect(await store.decide({ tokenHash: 'hash-2' }, look)).toBeNull();
      expect(await store.decide({ revokeVerifier: 'verifier-of-hash-3' }, look)).toBeNull();
    });

    keptForRetries(() => store);
    manySessions(() => store);

    it('is empty after clear', async () => {
      await store.clear();
      expect(await store.list()).toEqual([]);
      expect(await store.find('family-1')).toBeNull();
      expect(await store.decide({ tokenHash: 'hash-1' }, look)).toBeNull();
      await store.open(someFamily(), someToken());
      expect(await store.list()).toHaveLength(1);
    });
  });
}
