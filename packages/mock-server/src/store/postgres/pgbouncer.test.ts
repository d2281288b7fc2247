// Kind: a pooler between us and PostgreSQL takes no settings of a session, and lends us another connection for each transaction.
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAuthServer } from '../../create-auth-server.ts';
import { ada, apiOf, direct, pairOf, someKey, tokensOf } from '../../testing/api.ts';
import { type Pgbouncer, pgbouncerProgram, startPgbouncer } from '../../testing/pgbouncer.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../testing/postgres-server.ts';
import { someFamily, someToken } from '../../testing/rows.ts';
import { cheapPasswordHasher } from '../../users/password-hasher.ts';
import { sessionStoreContract } from '../session-store.contract.ts';
import { fleetContract } from '../sql/fleet.contract.ts';
import { serverStateContract } from '../sql/server-state.contract.ts';
import { postgresServerState } from './postgres-server-state.ts';
import { postgresStore } from './postgres-store.ts';

const keySecret = 'a secret of the tests that is long enough';
const programs = postgresPrograms();
const pgbouncer = pgbouncerProgram();
if (programs === null || pgbouncer === null) {
  const missing =
    'PgBouncer or PostgreSQL is not here, so its tests are skipped: install the Debian packages `pgbouncer` and `postgresql`.';
  if (process.env['CI'] === 'true') throw new Error(missing);
  process.stderr.write(`\n  ***  ${missing}  ***\n\n`);
}

describe.skipIf(programs === null || pgbouncer === null).each(['session', 'transaction'] as const)(
  'through PgBouncer that pools by %s (OS3)',
  (mode) => {
    let server: PostgresServer;
    let bouncer: Pgbouncer;
    let schemas = 0;
    const newSchema = () => {
      schemas += 1;
      return `test_${schemas}`;
    };
    const at = (schema: string) => ({ connectionString: bouncer.connectionString, schema, connections: 3 });

    beforeAll(async () => {
      server = await startPostgres(programs ?? '');
      bouncer = await startPgbouncer(pgbouncer ?? '', server.folder, mode);
    }, 60_000);
    afterAll(async () => {
      await bouncer?.stop();
      await server?.stop();
    }, 60_000);

    sessionStoreContract(`PostgreSQL by ${mode}`, async () => {
      const store = postgresStore(at(newSchema()));
      onTestFinished(() => store.close());
      return store;
    });

    // Servers with a connection each: where sessions are pooled, more would wait for each other.
    serverStateContract(`PostgreSQL by ${mode}`, () => {
      const schema = newSchema();
      return async () => {
        const state = postgresServerState({ ...at(schema), connections: 1, keySecret });
        onTestFinished(() => state.close().catch(() => {}));
        return state;
      };
    });

    it('logs in, refreshes and logs out', async () => {
      const state = postgresServerState({ ...at(newSchema()), keySecret });
      onTestFinished(() => state.close());
      const api = apiOf(direct(createAuthServer({ ...state, users: [ada], passwordHasher: cheapPasswordHasher() })));
      const first = await tokensOf(await api.login());
      const second = await tokensOf(await api.refresh(first.refresh_token, someKey(1)));
      expect(await tokensOf(await api.refresh(first.refresh_token, someKey(1)))).toMatchObject({
        refresh_token: second.refresh_token,
      });
      expect(await (await api.logout(pairOf(second))).json()).toEqual({ status: 'revoked' });
    });

    it('gives up a statement that takes too long, and leaves no setting on the connection for others', async () => {
      const schema = newSchema();
      const store = postgresStore({ ...at(schema), connections: 1 });
      onTestFinished(() => store.close());
      await store.open(someFamily(), someToken());
      const other = new Pool({ connectionString: bouncer.connectionString, max: 1 });
      onTestFinished(() => other.end());
      await other.query(`CREATE TABLE ${schema}.seen (name text, setting text);
        CREATE FUNCTION ${schema}.note() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO ${schema}.seen SELECT name, current_setting(name) FROM (VALUES ('statement_timeout'),
            ('idle_in_transaction_session_timeout')) AS names (name); RETURN NULL; END $$;
        CREATE TRIGGER note AFTER UPDATE ON ${schema}.families EXECUTE FUNCTION ${schema}.note()`);
      await store.decide({ familyId: 'family-1' }, (found) => ({
        result: null,
        ...(found !== null && { write: { family: { ...found.family, replayCount: 1 }, tokens: [] } }),
      }));
      const { rows } = await other.query<{ name: string; setting: string }>(`SELECT * FROM ${schema}.seen`);
      expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
        statement_timeout: '10s',
        idle_in_transaction_session_timeout: '10s',
      });
      expect((await other.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '0' }]);
    });

    if (mode === 'transaction') {
      fleetContract(`PostgreSQL by ${mode}`, async () => {
        vi.stubEnv('LATCHKEY_KEY_SECRET', keySecret);
        onTestFinished(() => void vi.unstubAllEnvs());
        const database = bouncer.connectionString;
        const state = postgresServerState({ connectionString: database, keySecret });
        onTestFinished(() => state.close());
        return { database, state };
      });
    }
  },
);
