import { describe, expect, it } from 'vitest';
import { day } from '../../clock/duration.ts';
import { revocation } from '../../rules/revocation.ts';
import { logout, refresh, someFamily, someToken, start } from '../../testing/rows.ts';
import type { SessionStore } from '../session-store.ts';

/** A store whose process ends right after a statement. */
export interface Mortal {
  readonly store: SessionStore;
  /** From now on, this many statements are run; after the last of them the process is gone. */
  dieAfter(statements: number): void;
  /** What a process that starts then finds. */
  reborn(): Promise<SessionStore>;
}

const operations: Record<string, (store: SessionStore) => Promise<unknown>> = {
  'a login': (store) => store.open(someFamily({ id: 'family-3' }), someToken({ hash: 'new-1', familyId: 'family-3' })),
  'a refresh': (store) => store.decide({ tokenHash: 'hash-2' }, refresh('hash-3', { keyHash: 'key-2' })),
  'an answer given again': (store) => store.decide({ tokenHash: 'hash-1' }, refresh('hash-9')),
  'a theft': (store) => store.decide({ tokenHash: 'hash-1' }, refresh('hash-9', { keyHash: 'key-9' })),
  'a logout': (store) => store.decide({ tokenHash: 'hash-2' }, logout),
  'the end of all sessions': (store) =>
    store.decideEach('ada', (found) => ({ result: null, write: revocation(found, 'logout_all', start) })),
  'a purge': (store) => store.purge(start + 91 * day, 10),
  'an erasure of successors': (store) => store.eraseSuccessors(start + 2_000, 10),
};

async function prepare(store: SessionStore): Promise<void> {
  await store.clear();
  await store.open(someFamily(), someToken());
  await store.decide({ tokenHash: 'hash-1' }, refresh('hash-2'));
  await store.open(someFamily({ id: 'family-2' }), someToken({ hash: 'other-1', familyId: 'family-2' }));
}

/** Whatever a process was doing when it ended: it was done, or nothing of it was. */
export function crashContract(name: string, create: () => Promise<Mortal>): void {
  const rows = async (store: SessionStore) => JSON.stringify(await store.list());

  describe(`a crash of a server on ${name}`, () => {
    it.each(Object.keys(operations))(
      'after any statement of %s leaves it undone until it is committed',
      async (title) => {
        const operation = operations[title] ?? prepare;
        const { store } = await create();
        await prepare(store);
        const before = await rows(store);
        await operation(store);
        const after = await rows(store);
        expect(after).not.toBe(before);

        const left: string[] = [];
        for (let statements = 1; ; statements += 1) {
          const mortal = await create();
          await prepare(mortal.store);
          mortal.dieAfter(statements);
          const lived = await operation(mortal.store).then(
            () => true,
            () => false,
          );
          if (lived) break;
          left.push(await rows(await mortal.reborn()));
          expect([before, after]).toContain(left.at(-1));
          // The same failure without the end of the process: the store goes on.
          expect(await rows(mortal.store)).toBe(left.at(-1));
        }
        expect(left.length).toBeGreaterThan(0);
        expect(left.map((found) => found === after)).toEqual([...left.slice(1).map(() => false), true]);
      },
    );
  });
}
