import { Pool } from 'pg';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../testing/postgres-server.ts';
import { sessionStoreContract } from '../session-store.contract.ts';
import { crashContract } from '../sql/crash.contract.ts';
import type { PostgresClient, PostgresPool } from './pool.ts';
import { postgresStore } from './postgres-store.ts';

const programs = postgresPrograms();
if (programs === null) {
  const missing = 'PostgreSQL is not here, so its tests are skipped: install the Debian package `postgresql`.';
  if (process.env['CI'] === 'true') throw new Error(missing);
  process.stderr.write(`\n  ***  ${missing}  ***\n\n`);
}

describe.skipIf(programs === null)('with a real PostgreSQL', () => {
  let server: PostgresServer;
  let pool: Pool;
  let schemas = 0;

  beforeAll(async () => {
    server = await startPostgres(programs ?? '');
    pool = new Pool({ connectionString: server.connectionString });
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  const newSchema = () => {
    schemas += 1;
    return `test_${schemas}`;
  };

  sessionStoreContract('PostgreSQL', async () => {
    const store = postgresStore({ connectionString: server.connectionString, schema: newSchema() });
    onTestFinished(() => store.close());
    return store;
  });

  crashContract('PostgreSQL', async () => {
    const schema = 'crash';
    const { ending, endAfter } = endingPool(pool);
    return {
      store: postgresStore({ pool: ending, schema }),
      dieAfter: endAfter,
      reborn: async () => postgresStore({ pool, schema }),
    };
  });
});

/** Ends the connection right after so many statements. */
function endingPool(pool: Pool): { ending: PostgresPool; endAfter: (statements: number) => void } {
  let left = Number.POSITIVE_INFINITY;
  const isLast = () => {
    left -= 1;
    return left === 0;
  };

  async function connect(): Promise<PostgresClient> {
    const client = await pool.connect();
    return {
      async query(text, values) {
        const result = await client.query(text, values);
        if (!isLast()) return result;
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        const ended = new Promise((resolve) => client.once('end', () => resolve(null)));
        await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
        await ended;
        throw new Error('The connection is gone.');
      },
      on: (event, listener) => client.on(event, listener),
      off: (event, listener) => client.off(event, listener),
      release: (destroy) => client.release(destroy),
    };
  }

  return {
    ending: {
      connect,
      async query(text, values) {
        const result = await pool.query(text, values);
        if (isLast()) throw new Error('The connection is gone.');
        return result;
      },
    },
    endAfter: (statements) => {
      left = statements;
    },
  };
}
