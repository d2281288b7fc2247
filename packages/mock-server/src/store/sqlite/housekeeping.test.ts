import { expect, it, onTestFinished } from 'vitest';
import { someFamily, someToken, start } from '../../testing/rows.ts';
import { type Connection, connect } from './connection.ts';
import { createTables } from './schema.ts';
import { storeOn } from './sqlite-store.ts';

/** A database, and how many rows each of its transactions changed. */
function counted() {
  const connection = connect({ file: ':memory:' });
  onTestFinished(() => connection.close());
  createTables(connection);
  const transactions: number[] = [];
  /** Whether each of them waited until the disk had it. */
  const synced: boolean[] = [];
  const isSynced = () => connection.rows('PRAGMA synchronous')[0]?.['synchronous'] === 2;
  let rows = 0;
  const counting: Connection = {
    ...connection,
    run(sql, ...values) {
      if (sql.startsWith('BEGIN')) rows = 0;
      const changes = connection.run(sql, ...values);
      rows += changes;
      if (sql === 'COMMIT') {
        transactions.push(rows);
        synced.push(isSynced());
      }
      return changes;
    },
  };
  return { store: storeOn(counting), transactions, synced };
}

it('a purge takes a session with thousands of tokens in pieces, and counts it once', async () => {
  const { store, transactions } = counted();
  const family = someFamily();
  await store.open(family, someToken());
  await store.decide({ familyId: family.id }, () => ({
    result: null,
    write: {
      family: { ...family, generation: 5_000 },
      tokens: Array.from({ length: 5_000 }, (_, index) =>
        someToken({
          hash: `hash-${index + 1}`,
          generation: index + 1,
          status: index + 1 < 5_000 ? 'rotated' : 'current',
        }),
      ),
    },
  }));
  await store.open(someFamily({ id: 'family-2' }), someToken({ hash: 'other', familyId: 'family-2' }));
  transactions.splice(0);

  let [turns, over] = [0, false];
  const countTurns = () => {
    turns += 1;
    if (!over) setImmediate(countTurns);
  };
  countTurns();
  const end = family.absoluteExpiresAt + 1;
  const purged = [await store.purge(end, 500), await store.purge(end, 500), await store.purge(end, 500)];
  expect(purged.reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(turns).toBeGreaterThan(4);
  over = true;
  expect(await store.list()).toEqual([]);
  expect(Math.max(...transactions)).toBeLessThanOrEqual(1_003);
  expect(transactions.reduce((sum, rows) => sum + rows, 0)).toBe(5_000 + 1 + 2);
});

it('a purge of many small sessions changes few rows at a time and leaves none in halves', async () => {
  const { store, transactions } = counted();
  for (let number = 0; number < 300; number += 1) {
    const family = someFamily({ id: `family-${number}` });
    await store.open(family, someToken({ hash: `hash-${number}`, familyId: family.id }));
  }
  transactions.splice(0);
  let purged = 0;
  for (let count = -1; count !== 0; purged += count) {
    count = await store.purge(start + 91 * 86_400_000, 500);
    expect((await store.list()).every(({ tokens }) => tokens.length === 1)).toBe(true);
  }
  expect(purged).toBe(300);
  expect(transactions[0]).toBe(20);
});

it('a purge does not wait for the disk, and what is written after it does', async () => {
  const { store, synced } = counted();
  await store.open(someFamily(), someToken());
  expect(synced.splice(0)).toEqual([true]);
  expect(await store.purge(Number.MAX_SAFE_INTEGER, 10)).toBe(1);
  expect(new Set(synced.splice(0))).toEqual(new Set([false]));
  await store.open(someFamily(), someToken());
  expect(synced).toEqual([true]);
});
