import { day } from '../../clock/duration.ts';
import type { PostgresClient } from './pool.ts';

const version = 2;

/** Any number: that of nobody else who locks in the same database. */
const creationLock = 7_146_201;

/**
 * Makes the tables where there are none, and brings those of an older version up to date; servers that start together do it one
 * after the other.
 *
 * @throws for tables that a newer version has made.
 */
export async function createTables(client: PostgresClient, schema: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [creationLock]);
  const { rows } = await client.query('SELECT to_regclass($1) AS settings', [`${schema}.settings`]);
  if (rows[0]?.['settings'] === null) await client.query(tables(schema));
  const found = await client.query(`SELECT value FROM ${schema}.settings WHERE name = 'schema-version'`);
  const value = Number(found.rows[0]?.['value']);
  if (!(value <= version)) throw new Error(`The tables have version ${value}; this server knows ${version}.`);
  for (let next = value + 1; next <= version; next += 1) await client.query(migrations(schema)[next] ?? '');
  if (value < version) {
    await client.query(`UPDATE ${schema}.settings SET value = $1 WHERE name = 'schema-version'`, [String(version)]);
  }
}

/**
 * What each version added to the one before. A user may have very many sessions that ended, and some that lapsed: those that have
 * not ended are found by the day of their last use, which a refresh seldom changes, and the others by their end.
 */
const migrations = (schema: string): Readonly<Record<number, string>> => ({
  2: `
    ALTER TABLE ${schema}.families
      ADD COLUMN last_rotated_day bigint NOT NULL GENERATED ALWAYS AS (last_rotated_at / ${day}) STORED;
    CREATE INDEX unended_families ON ${schema}.families (user_id, last_rotated_day) WHERE revoked_at IS NULL;
    CREATE INDEX ended_families ON ${schema}.families (user_id, revoked_at) WHERE revoked_at IS NOT NULL;
  `,
});

// Rows of families change at every refresh and in no column that has an index: room on their page makes that cheap.
const tables = (schema: string): string => `
  CREATE SCHEMA IF NOT EXISTS ${schema};
  CREATE TABLE ${schema}.families (
    id text PRIMARY KEY,
    user_id text NOT NULL,
    client_id text,
    created_at bigint NOT NULL,
    absolute_expires_at bigint NOT NULL,
    last_rotated_at bigint NOT NULL,
    generation integer NOT NULL,
    revoked_at bigint,
    revoke_reason text,
    replay_count integer NOT NULL,
    dpop_jkt text,
    device_label text,
    ua text,
    ip_prefix text
  ) WITH (fillfactor = 80);
  CREATE INDEX families_of_user ON ${schema}.families (user_id, created_at);
  CREATE INDEX families_by_end ON ${schema}.families (absolute_expires_at);
  CREATE TABLE ${schema}.tokens (
    token_hash text NOT NULL UNIQUE,
    family_id text NOT NULL REFERENCES ${schema}.families (id) ON DELETE CASCADE,
    generation integer NOT NULL,
    status text NOT NULL CHECK (status IN ('current', 'rotated', 'revoked')),
    created_at bigint NOT NULL,
    rotated_at bigint,
    idem_key_hash text,
    successor_ct text,
    revoke_verifier text NOT NULL UNIQUE,
    bound smallint NOT NULL CHECK (bound IN (0, 1)),
    PRIMARY KEY (family_id, generation)
  );
  CREATE UNIQUE INDEX one_current_token_per_family ON ${schema}.tokens (family_id) WHERE status = 'current';
  CREATE INDEX tokens_by_key ON ${schema}.tokens (family_id, idem_key_hash) WHERE idem_key_hash IS NOT NULL;
  CREATE INDEX tokens_with_successor ON ${schema}.tokens (bound, rotated_at) WHERE successor_ct IS NOT NULL;
  CREATE TABLE ${schema}.users (username text PRIMARY KEY, password_hash text, claims text NOT NULL);
  CREATE TABLE ${schema}.settings (name text PRIMARY KEY, value text NOT NULL);
  INSERT INTO ${schema}.settings VALUES ('schema-version', '1');
`;
