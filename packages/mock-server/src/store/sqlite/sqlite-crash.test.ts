import { copyFileSync, existsSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { crashContract } from '../sql/crash.contract.ts';
import { type Connection, connect } from './connection.ts';
import { createTables } from './schema.ts';
import { sqliteStore, storeOn } from './sqlite-store.ts';

/** Calls `end` right after so many statements, and fails as the last of them. */
function ending(connection: Connection, end: () => void) {
  let left = Number.POSITIVE_INFINITY;
  const count = <T>(result: T): T => {
    left -= 1;
    if (left !== 0) return result;
    end();
    throw new Error('The process is gone.');
  };
  const counting: Connection = {
    run: (sql, ...values) => count(connection.run(sql, ...values)),
    unsynced: (work) => connection.unsynced(work),
    rows: (sql, ...values) => count(connection.rows(sql, ...values)),
    close: connection.close,
  };
  return {
    counting,
    endAfter: (statements: number) => {
      left = statements;
    },
  };
}

crashContract('SQLite', async () => {
  const inFolder = temporaryFolder();
  const [living, dead] = [inFolder('living.sqlite'), inFolder('dead.sqlite')];
  const connection = connect({ file: living });
  onTestFinished(() => connection.close());
  createTables(connection);
  // What a process that is killed leaves behind are its files as they are at that instant.
  const { counting, endAfter } = ending(connection, () => {
    for (const end of ['', '-wal']) if (existsSync(living + end)) copyFileSync(living + end, dead + end);
  });
  return {
    store: storeOn(counting),
    dieAfter: endAfter,
    async reborn() {
      const store = sqliteStore({ file: dead });
      onTestFinished(() => store.close());
      return store;
    },
  };
});
