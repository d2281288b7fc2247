import { copyFileSync, existsSync, statSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { refresh, someFamily, someToken } from '../../testing/rows.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type SqliteStore, sqliteStore } from './sqlite-store.ts';

const inFolder = () => temporaryFolder();

async function rotate(store: SqliteStore, times: number, first = 1): Promise<void> {
  for (let number = first; number < first + times; number += 1) {
    const rule = refresh(`hash-${number + 1}`, { keyHash: `key-${number}` });
    expect(await store.decide({ tokenHash: `hash-${number}` }, rule)).toMatchObject({ type: 'rotated' });
  }
}

it('what was written reaches the file while the store is in use, without its log', async () => {
  const at = inFolder();
  const store = sqliteStore({ file: at('sessions.sqlite') });
  onTestFinished(() => store.close());
  await store.open(someFamily(), someToken());
  await rotate(store, 100);

  await vi.waitFor(async () => {
    copyFileSync(at('sessions.sqlite'), at('copy.sqlite'));
    const copy = sqliteStore({ file: at('copy.sqlite') });
    const [session] = await copy.list();
    await copy.close();
    expect(session?.family.generation ?? 0).toBeGreaterThan(1);
  }, 10_000);
});

it('the log begins anew when it has grown long', { timeout: 60_000 }, async () => {
  const at = inFolder();
  const store = sqliteStore({ file: at('sessions.sqlite') });
  onTestFinished(() => store.close());
  await store.open(someFamily(), someToken());
  await rotate(store, 700);
  const length = statSync(at('sessions.sqlite-wal')).size;
  await rotate(store, 700, 701);
  expect(statSync(at('sessions.sqlite-wal')).size).toBeLessThan(length * 1.5);
});

it('a closed store leaves one file', async () => {
  const at = inFolder();
  const store = sqliteStore({ file: at('sessions.sqlite') });
  await store.open(someFamily(), someToken());
  await rotate(store, 100);
  await store.close();
  expect(['', '-wal', '-shm'].filter((end) => existsSync(at(`sessions.sqlite${end}`)))).toEqual(['']);
});
