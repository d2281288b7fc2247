import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../testing/postgres-server.ts';
import { someFamily, someToken } from '../../testing/rows.ts';
import { sessionStoreContract } from '../session-store.contract.ts';
import { crashContract } from '../sql/crash.contract.ts';
import { fleetContract } from '../sql/fleet.contract.ts';
import { serverStateContract } from '../sql/server-state.contract.ts';
import type { PostgresClient, PostgresPool } from './pool.ts';
import { postgresServerState } from './postgres-server-state.ts';
import { postgresStore } from './postgres-store.ts';

const keySecret = 'a secret of the tests that is long enough';
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
  }, 60_000);
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  }, 60_000);

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

  serverStateContract('PostgreSQL', () => {
    const schema = newSchema();
    return async () => postgresServerState({ pool, schema, keySecret });
  });

  it('tables that a newer version has made are left alone', async () => {
    const schema = newSchema();
    await postgresStore({ pool, schema }).list();
    await pool.query(`UPDATE ${schema}.settings SET value = '99' WHERE name = 'schema-version'`);
    await expect(postgresStore({ pool, schema }).list()).rejects.toThrow('version 99');
  });

  it('tables of version 1 are brought up to date, once, by servers that start together (OS4)', async () => {
    const schema = newSchema();
    const before = postgresStore({ pool, schema });
    await before.open(someFamily(), someToken());
    await pool.query(`ALTER TABLE ${schema}.families DROP COLUMN last_rotated_day; DROP INDEX ${schema}.ended_families;
      UPDATE ${schema}.settings SET value = '1' WHERE name = 'schema-version'`);
    const stores = [0, 1, 2].map(() => postgresStore({ pool, schema }));
    const found = await Promise.all(stores.map((store) => store.unended('ada', 0)));
    expect(found.map((families) => families.map(({ id }) => id))).toEqual([['family-1'], ['family-1'], ['family-1']]);
    // A server of the older version that still runs goes on writing.
    await before.open(someFamily({ id: 'family-2' }), someToken({ hash: 'hash-2', familyId: 'family-2' }));
    expect(await stores[0]?.unended('ada', 0)).toHaveLength(2);
  });

  it('servers that start together make the tables once', async () => {
    const schema = newSchema();
    const lists = await Promise.all([0, 1, 2, 3].map(() => postgresStore({ pool, schema }).list()));
    expect(lists).toEqual([[], [], [], []]);
  });

  it('a decision that meets a deadlock is made again', async () => {
    const schema = newSchema();
    const store = postgresStore({ pool, schema });
    await store.open(someFamily(), someToken());
    await store.open(someFamily({ id: 'family-2' }), someToken({ hash: 'other-1', familyId: 'family-2' }));
    const rival = await pool.connect();
    onTestFinished(() => rival.release(true));
    const lock = (id: string) => rival.query(`SELECT 1 FROM ${schema}.families WHERE id = $1 FOR UPDATE`, [id]);
    // The store notices the deadlock first and has to give way.
    await rival.query("BEGIN; SET LOCAL deadlock_timeout = '10s'");
    await lock('family-2');
    const ended = store.decideEach('ada', (found) => ({ result: found.family.id }));
    const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    while ((await pool.query(waiting)).rowCount === 0);
    await lock('family-1');
    await rival.query('COMMIT');
    expect([...(await ended)].sort()).toEqual(['family-1', 'family-2']);
  });

  it('a database that could not be reached is asked again', async () => {
    let away = true;
    const flaky: PostgresPool = {
      connect: () => (away ? Promise.reject(new Error('away')) : pool.connect()),
      query: (text, values) => pool.query(text, values),
    };
    const store = postgresStore({ pool: flaky, schema: newSchema() });
    await expect(store.list()).rejects.toThrow('away');
    away = false;
    expect(await store.list()).toEqual([]);
  });

  it('a purge does not wait for the disk, and what its connection does next waits as before', async () => {
    const schema = newSchema();
    const one = new Pool({ connectionString: server.connectionString, max: 1 });
    onTestFinished(() => one.end());
    await one.query('SET synchronous_commit = on');
    const store = postgresStore({ pool: one, schema });
    await store.open(someFamily(), someToken());
    await one.query(`CREATE TABLE ${schema}.seen (setting text);
      CREATE FUNCTION ${schema}.note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO ${schema}.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
      CREATE TRIGGER note AFTER DELETE ON ${schema}.families EXECUTE FUNCTION ${schema}.note()`);
    expect(await store.purge(Number.MAX_SAFE_INTEGER, 10)).toBe(1);
    expect((await one.query(`SELECT setting FROM ${schema}.seen`)).rows).toEqual([{ setting: 'off' }]);
    expect((await one.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('refuses a schema that would have to be quoted with care', () => {
    expect(() => postgresStore({ pool, schema: 'a"; DROP TABLE x' })).toThrow(RangeError);
  });

  it('the tables hold no private key, and without a secret from outside there is no state (OX2)', async () => {
    const schema = newSchema();
    expect(() => postgresServerState({ pool, schema })).toThrow(/need a secret .* LATCHKEY_KEY_SECRET/);
    expect(() => postgresServerState({ pool, schema, keySecret: 'short' })).toThrow(RangeError);
    await postgresServerState({ pool, schema, keySecret }).signingKeys.load();
    const { rows } = await pool.query<{ value: string }>(`SELECT value FROM ${schema}.settings`);
    expect(rows.map(({ value }) => value.slice(0, 10)).sort()).toEqual([expect.stringMatching(/^\d+$/), 'sealed:v1:']);
    const other = postgresServerState({ pool, schema, keySecret: 'another secret that is long enough' });
    await expect(other.signingKeys.load()).rejects.toThrow('another secret');
  });

  fleetContract('PostgreSQL', async () => {
    vi.stubEnv('LATCHKEY_KEY_SECRET', keySecret);
    onTestFinished(() => void vi.unstubAllEnvs());
    const database = server.connectionString;
    const state = postgresServerState({ connectionString: database, keySecret });
    onTestFinished(() => state.close());
    return { database, state };
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
