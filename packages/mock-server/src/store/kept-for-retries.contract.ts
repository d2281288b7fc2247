import { expect, it } from 'vitest';
import { day } from '../clock/duration.ts';
import { logout, refresh, someFamily, someToken, start } from '../testing/rows.ts';
import type { SessionStore } from './session-store.ts';

/** What a store promises of keys and successors; it holds one session with the token `hash-1`. */
export function keptForRetries(store: () => SessionStore): void {
  it('finds which token of the family was exchanged with a key, however long ago, and in no other family', async () => {
    await store().decide({ tokenHash: 'hash-1' }, refresh('hash-2'));
    await store().decide({ tokenHash: 'hash-2' }, refresh('hash-3', { keyHash: 'key-2' }));
    await store().decide({ tokenHash: 'hash-3' }, refresh('hash-4', { keyHash: null }));
    await store().open(someFamily({ id: 'family-2' }), someToken({ hash: 'other-1', familyId: 'family-2' }));
    const holder = (tokenHash: string, keyHash?: string | null) =>
      store().decide({ tokenHash, ...(keyHash !== undefined && { keyHash }) }, (found) => ({
        result: found?.keyUsedFor,
      }));
    expect(await Promise.all(['key-1', 'key-2', 'key-3', null].map((key) => holder('hash-4', key)))).toEqual([
      1,
      2,
      null,
      null,
    ]);
    expect([await holder('hash-4'), await holder('other-1', 'key-1')]).toEqual([null, null]);
  });

  it('leaves an ended family no current token, no successor and no key', async () => {
    await store().decide({ tokenHash: 'hash-1' }, refresh('hash-2'));
    await store().decide({ tokenHash: 'hash-2' }, refresh('hash-3', { keyHash: 'key-2' }));
    await store().decide({ tokenHash: 'hash-3' }, logout);
    const tokens = (await store().list())[0]?.tokens ?? [];
    expect(tokens.map(({ status, keyHash, successor }) => [status, keyHash, successor])).toEqual([
      ['rotated', null, null],
      ['rotated', null, null],
      ['revoked', null, null],
    ]);
    expect(await store().eraseSuccessors(start + day, 10)).toBe(0);
  });

  it('erases successors of exchanges before an instant, those of bound tokens apart', async () => {
    await store().open(someFamily({ id: 'family-2' }), someToken({ hash: 'other-1', familyId: 'family-2' }));
    const bound = someToken({ hash: 'bound-1', familyId: 'family-3', bound: true });
    await store().open(someFamily({ id: 'family-3' }), bound);
    for (const [name, now] of Object.entries({ hash: start + 1_000, bound: start + 1_000, other: start + 2_000 })) {
      await store().decide({ tokenHash: `${name}-1` }, refresh(`${name}-2`, { now }));
    }
    const erase = (bound?: boolean) => store().eraseSuccessors(start + 2_000, 10, bound);
    expect([await erase(), await erase(), await erase(true)]).toEqual([1, 0, 1]);
    const kept = (await store().list()).flatMap(({ tokens }) => tokens.flatMap(({ successor }) => successor ?? []));
    expect(kept).toEqual(['sealed-other-2']);
  });
}
