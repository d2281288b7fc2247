import { day } from '../../clock/duration.ts';
import { type Connection, inTransaction } from './connection.ts';

const version = 2;

// The tokens of a family lie together, so that a look-up by hash touches two places however many sessions there are.
const tables = [
  `CREATE TABLE families (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    client_id TEXT,
    created_at INTEGER NOT NULL,
    absolute_expires_at INTEGER NOT NULL,
    last_rotated_at INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    revoked_at INTEGER,
    revoke_reason TEXT,
    replay_count INTEGER NOT NULL,
    dpop_jkt TEXT,
    device_label TEXT,
    ua TEXT,
    ip_prefix TEXT
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX families_of_user ON families (user_id, created_at)',
  'CREATE INDEX families_by_end ON families (absolute_expires_at)',
  `CREATE TABLE tokens (
    token_hash TEXT NOT NULL UNIQUE,
    family_id TEXT NOT NULL REFERENCES families (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('current', 'rotated', 'revoked')),
    created_at INTEGER NOT NULL,
    rotated_at INTEGER,
    idem_key_hash TEXT,
    successor_ct TEXT,
    revoke_verifier TEXT NOT NULL UNIQUE,
    bound INTEGER NOT NULL CHECK (bound IN (0, 1)),
    PRIMARY KEY (family_id, generation)
  ) STRICT, WITHOUT ROWID`,
  "CREATE UNIQUE INDEX one_current_token_per_family ON tokens (family_id) WHERE status = 'current'",
  'CREATE INDEX tokens_by_key ON tokens (family_id, idem_key_hash) WHERE idem_key_hash IS NOT NULL',
  'CREATE INDEX tokens_with_successor ON tokens (bound, rotated_at) WHERE successor_ct IS NOT NULL',
  'CREATE TABLE users (username TEXT PRIMARY KEY, password_hash TEXT, claims TEXT NOT NULL) STRICT',
  'CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT',
];

/**
 * What each version added to the one before. A user may have very many sessions that ended, and some that lapsed: those that have
 * not ended are found by the day of their last use, which changes seldom, and the others by their end.
 */
const migrations: Readonly<Record<number, readonly string[]>> = {
  2: [
    `CREATE INDEX unended_families ON families (user_id, last_rotated_at / ${day}) WHERE revoked_at IS NULL`,
    'CREATE INDEX ended_families ON families (user_id, revoked_at) WHERE revoked_at IS NOT NULL',
  ],
};

/**
 * Makes the tables where there are none, and brings those of an older version up to date.
 *
 * @throws for a file that a newer version has written.
 */
export function createTables(connection: Connection): void {
  inTransaction(connection, () => {
    const found = Number(connection.rows('PRAGMA user_version')[0]?.['user_version']);
    if (found === version) return;
    if (found > version) throw new Error(`The database has version ${found}; this server knows ${version}.`);
    if (found === 0) for (const table of tables) connection.run(table);
    for (let next = Math.max(found, 1) + 1; next <= version; next += 1) {
      for (const change of migrations[next] ?? []) connection.run(change);
    }
    connection.run(`PRAGMA user_version = ${version}`);
  });
}
