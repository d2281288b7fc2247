import { Pool, type QueryConfig } from 'pg';
import type { PostgresClient, PostgresPool, PostgresResult } from './pool.ts';
import { createTables } from './schema.ts';

export interface PostgresOptions {
  /** `'postgres://user:password@host:5432/database'`, or anything else that `pg` understands. */
  readonly connectionString: string;
  /** The schema in which the tables are; created with them where there is none. Default `'latchkey'`. */
  readonly schema?: string;
  /** How many connections to hold at most. Default 10. */
  readonly connections?: number;
}

export interface PooledOptions {
  /** A `Pool` of `pg` that belongs to the caller. */
  readonly pool: PostgresPool;
  readonly schema?: string;
}

export interface Database {
  /** Quoted, for use in a statement. */
  readonly schema: string;
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  /** Runs `work` in a transaction, and again when the database could not let it be as if it were alone. */
  transact<T>(work: (client: PostgresClient) => Promise<T>, mode?: keyof typeof modes): Promise<T>;
  close(): Promise<void>;
}

/**
 * Decisions lock the family's row first, and each statement sees what was committed before it: whoever waited for the lock
 * decides from what the other one left. Reading several tables at one instant takes a snapshot.
 */
const modes = {
  deciding: 'ISOLATION LEVEL READ COMMITTED',
  reading: 'ISOLATION LEVEL REPEATABLE READ READ ONLY',
  migrating: 'ISOLATION LEVEL READ COMMITTED',
} as const;

const mostTries = 10;
/** Milliseconds after which a statement or an idle transaction is given up: a server that hangs must not hold the others. */
const patience = 10_000;

/**
 * What a transaction of our own connections begins with. A pooler such as PgBouncer takes no such settings when a connection begins,
 * and hands its connections on after each transaction, so they are set for one transaction at a time. A migration takes as long as
 * it takes.
 */
const limits = (mode: keyof typeof modes): string =>
  mode === 'migrating'
    ? '; SET LOCAL statement_timeout = 0'
    : `; SET LOCAL statement_timeout = ${patience}; SET LOCAL idle_in_transaction_session_timeout = ${patience}`;

export function openDatabase(options: PostgresOptions | PooledOptions): Database {
  const schema = quoted(options.schema ?? 'latchkey');
  const own = 'pool' in options ? null : ownPool(options);
  const pool: PostgresPool = 'pool' in options ? options.pool : (own as PostgresPool);
  // A single statement has no transaction to set a limit in; the connection of one that takes too long is closed.
  const single = (text: string, values?: unknown[]): Promise<PostgresResult> =>
    own === null
      ? pool.query(text, values)
      : own.query({ text, values: values ?? [], query_timeout: patience } as QueryConfig);
  let preparing: Promise<void> | undefined;

  /** Tables are made at first use; a database that could not be reached is asked again. */
  function prepared(): Promise<void> {
    preparing ??= attempt('migrating', (client) => createTables(client, schema));
    preparing.catch(() => {
      preparing = undefined;
    });
    return preparing;
  }

  async function attempt<T>(mode: keyof typeof modes, work: (client: PostgresClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    // A connection that breaks between two statements says so here; the next statement fails and tells the caller.
    client.on('error', ignore);
    let broken = false;
    try {
      await client.query(`BEGIN ${modes[mode]}${own === null ? '' : limits(mode)}`);
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (failure) {
      await client.query('ROLLBACK').catch(() => {
        broken = true;
      });
      throw failure;
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }

  return {
    schema,
    async query(text, values) {
      await prepared();
      return single(text, values);
    },
    async transact(work, mode = 'deciding') {
      await prepared();
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(mode, work);
        } catch (failure) {
          if (tries === mostTries || !canSucceedNextTime(failure)) throw failure;
        }
      }
    },
    async close() {
      await own?.end();
    },
  };
}

function ownPool({ connectionString, connections = 10 }: PostgresOptions): Pool {
  const pool = new Pool({
    connectionString,
    max: connections,
    connectionTimeoutMillis: patience,
  });
  // An idle connection that breaks is replaced at the next use.
  pool.on('error', ignore);
  return pool;
}

const ignore = (): void => {};

/** Serialization failure, deadlock. */
const canSucceedNextTime = (failure: unknown): boolean =>
  failure instanceof Error && 'code' in failure && (failure.code === '40001' || failure.code === '40P01');

function quoted(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    throw new RangeError('A schema is named with lower-case letters, digits and underscores.');
  }
  return `"${name}"`;
}
