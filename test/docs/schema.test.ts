import { postgresServerState } from '@latchkey/mock-server/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type PostgresServer,
  postgresPrograms,
  startPostgres,
} from '../../packages/mock-server/src/testing/postgres-server.ts';
import { bound, type Psql, psql, sqlOf } from './psql.ts';

const programs = postgresPrograms() ?? '';
if (programs === '') {
  const missing =
    'PostgreSQL is not here, so the SQL of the protocol is not tried: install the Debian package `postgresql`.';
  if (process.env['CI'] === 'true') throw new Error(missing);
  process.stderr.write(`\n  ***  ${missing}  ***\n\n`);
}

const day = 86_400_000;
const now = Date.UTC(2026, 0, 5);

/** What tells whether two schemas mean the same; PostgreSQL spells both alike. */
const shapeOf = (schema: string) => `
  SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
    WHERE table_schema = '${schema}' AND table_name IN ('families', 'tokens') ORDER BY 1, 2;
`;
const rulesOf = (schema: string) => `
  SELECT replace(indexdef, '${schema}.', '') FROM pg_indexes
    WHERE schemaname = '${schema}' AND tablename IN ('families', 'tokens') ORDER BY 1;
  SELECT replace(pg_get_constraintdef(oid), '${schema}.', '') FROM pg_constraint
    WHERE connamespace = '${schema}'::regnamespace AND contype IN ('f', 'c')
    AND conrelid IN ('${schema}.families'::regclass, '${schema}.tokens'::regclass) ORDER BY 1;
`;

// Each statement is a process of its own, which takes its time on a busy machine.
describe.skipIf(programs === '')('the SQL of the protocol, in a real PostgreSQL', { timeout: 60_000 }, () => {
  let postgres: PostgresServer;
  let sql: Psql;
  const sessions = () => sql.run('SELECT generation, revoke_reason FROM families');
  const tokens = () =>
    sql.run('SELECT generation, status, idem_key_hash, successor_ct FROM tokens ORDER BY generation');

  beforeAll(async () => {
    postgres = await startPostgres(programs);
    sql = psql(programs, postgres.connectionString, 'protocol');
    await sql.run(`CREATE SCHEMA protocol; ${sqlOf('schema')}`);
  }, 60_000);
  afterAll(() => postgres?.stop());

  const login = () =>
    sql.run(`
      DELETE FROM families;
      INSERT INTO families (id, user_id, created_at, absolute_expires_at, last_rotated_at, generation, replay_count, ua)
        VALUES ('sid', 'ada', ${now}, ${now + 90 * day}, ${now}, 1, 0, 'Firefox on Linux');
      INSERT INTO tokens (token_hash, family_id, generation, status, created_at, revoke_verifier, bound)
        VALUES ('hash-1', 'sid', 1, 'current', ${now}, 'verifier-1', 0);
    `);
  const refresh = (generation: number, successor = `hash-${generation + 1}`) =>
    sql.run(
      bound(sqlOf('refresh'), {
        token_hash: `hash-${generation}`,
        family_id: 'sid',
        client_id: 'spa',
        generation,
        now: now + generation * 1_000,
        idem_key_hash: `key-${generation}`,
        successor_ct: `sealed-${generation}`,
        new_token_hash: successor,
        new_revoke_verifier: `verifier of ${successor}`,
      }),
    );

  it('has the tables and rules of the server’s own database', async () => {
    const { connectionString } = postgres;
    const keySecret = 'a secret of the tests that is long enough';
    const { store, close } = postgresServerState({ connectionString, schema: 'own', keySecret });
    await store.list();
    await close();
    for (const facts of [shapeOf, rulesOf]) {
      const own = await sql.run(facts('own'));
      expect(own.length).toBeGreaterThan(4);
      expect(await sql.run(facts('protocol'))).toEqual(own);
    }
  });

  it('rotates, keeps a successor for the parent only, and remembers each key', async () => {
    await login();
    await refresh(1);
    expect(await tokens()).toEqual(['1|rotated|key-1|sealed-1', '2|current||']);
    await refresh(2);
    expect(await tokens()).toEqual(['1|rotated|key-1|', '2|rotated|key-2|sealed-2', '3|current||']);
    expect(await sessions()).toEqual(['3|']);
  });

  it('lets one of ten refreshes at once through, and no second one ever', async () => {
    await login();
    const rivals = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => refresh(1, `rival-${n}`)));
    expect(rivals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(refresh(1, 'late')).rejects.toThrow(/duplicate key/);
    expect(await tokens()).toEqual(['1|rotated|key-1|sealed-1', '2|current||']);
  });

  it('ends a session once, and leaves nothing of its device, no key and no successor', async () => {
    await login();
    await refresh(1);
    await sql.run(bound(sqlOf('end'), { family_id: 'sid', reason: 'reuse', now: now + 5_000 }));
    await sql.run(bound(sqlOf('end'), { family_id: 'sid', reason: 'logout', now: now + 6_000 }));
    expect(await sessions()).toEqual(['2|reuse']);
    expect(await tokens()).toEqual(['1|rotated||', '2|revoked||']);
    expect(await sql.run('SELECT coalesce(ua, device_label, ip_prefix, dpop_jkt) IS NULL FROM families')).toEqual([
      't',
    ]);
  });

  it('forgets a session a day after its end, and not before', async () => {
    await login();
    await refresh(1);
    const purge = (at: number) => sql.run(bound(sqlOf('purge'), { now: at }));
    await purge(now + 60_000);
    expect(await tokens()).toEqual(['1|rotated|key-1|sealed-1', '2|current||']);
    await purge(now + 91 * day);
    expect(await tokens()).toEqual(['1|rotated|key-1|', '2|current||']);
    await purge(now + 91 * day + 1);
    expect([await sessions(), await tokens()]).toEqual([[], []]);
  });
});
