import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Row, Value } from '../sql/rows.ts';
import { checkpointsOf } from './checkpoints.ts';
import { keepPrivate } from './private-file.ts';

/**
 * The inner pages of the indexes, and little else: the system keeps the file in memory, too, and to take a page from there costs less
 * than memory that this process has never touched. A cache that is still growing made refreshes slower, the larger the file.
 */
const cacheKiB = 8_192;
/** Pages after which a commit brings the rest of the log into the file itself, so that it begins anew. */
const longestLog = 4_000;

/** One connection to a database file. Everything happens at once: when a call returns, it is done. */
export interface Connection {
  /** Runs a statement. Returns how many rows it changed. */
  run(sql: string, ...values: Value[]): number;
  rows(sql: string, ...values: Value[]): readonly Row[];
  /** Does work whose commits need not have reached the disk: the next one that must takes them along. */
  unsynced<T>(work: () => T): T;
  close(): Promise<void>;
}

export interface FileOptions {
  /** Created where there is none, readable to its owner only; `':memory:'` is a database that ends with the connection. */
  readonly file: string;
  /** How long to wait for another process that is writing, in milliseconds. Default 10,000. */
  readonly busyTimeout?: number;
}

/**
 * Opens the file in WAL mode: what was committed survives the end of the process, and with `synchronous = FULL` the end of the
 * machine's power too.
 */
export function connect({ file, busyTimeout = 10_000 }: FileOptions): Connection {
  if (file !== ':memory:') keepPrivate(file);
  const database = new DatabaseSync(file, { timeout: busyTimeout, enableForeignKeyConstraints: true });
  const prepared = new Map<string, StatementSync>();

  function statement(sql: string): StatementSync {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  }

  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${cacheKiB};
    PRAGMA wal_autocheckpoint = ${longestLog}`);
  const checkpoints = file === ':memory:' ? null : checkpointsOf(file);

  return {
    run(sql, ...values) {
      const { changes: last } = statement(sql).run(...values);
      // After a statement that writes nothing SQLite repeats the number of the last one that did.
      const changes = writes.test(sql) ? Number(last) : 0;
      checkpoints?.wrote(changes);
      return changes;
    },
    rows: (sql, ...values) => statement(sql).all(...values),
    unsynced(work) {
      database.exec('PRAGMA synchronous = NORMAL');
      try {
        return work();
      } finally {
        database.exec('PRAGMA synchronous = FULL');
      }
    },
    async close() {
      await checkpoints?.stop();
      database.close();
    },
  };
}

const writes = /^(INSERT|UPDATE|DELETE)/;

/** All of it or nothing. Writing transactions wait for their turn at the start, so that none has to give up in the middle. */
export function inTransaction<T>(
  connection: Connection,
  work: () => T,
  begin: 'IMMEDIATE' | 'DEFERRED' = 'IMMEDIATE',
): T {
  try {
    connection.run(`BEGIN ${begin}`);
    const result = work();
    connection.run('COMMIT');
    return result;
  } catch (failure) {
    rollBack(connection);
    throw failure;
  }
}

function rollBack(connection: Connection): void {
  try {
    connection.run('ROLLBACK');
  } catch {
    // It never began, or SQLite has ended it itself, as it does when the disk is full.
  }
}
