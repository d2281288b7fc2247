import { type Accounts, accountOf, accountValues } from '../sql/accounts.ts';
import { type KeySecretOptions, secretsGiven, secretVariable } from '../sql/secret-of-environment.ts';
import type { ServerState } from '../sql/server-state.ts';
import type { Settings } from '../sql/settings.ts';
import { storedSigningKeys } from '../sql/stored-signing-keys.ts';
import { type Database, openDatabase, type PooledOptions, type PostgresOptions } from './database.ts';
import { storeOn } from './postgres-store.ts';

/**
 * Sessions, signing keys and users in PostgreSQL, for servers that share all three. The private keys are wrapped with a secret that
 * is not in the database: `keySecret`, or the environment variable `LATCHKEY_KEY_SECRET`.
 *
 * @throws RangeError without a secret, or for one that is too short.
 *
 * @example
 * const { store, signingKeys, accounts } = postgresServerState({ connectionString: 'postgres://localhost/app', keySecret });
 * const server = createAuthServer({ users: await accounts.load(), store, signingKeys });
 */
export function postgresServerState(options: (PostgresOptions | PooledOptions) & KeySecretOptions): ServerState {
  const secrets = secretsGiven(options);
  if (secrets === null) {
    throw new RangeError(
      `Signing keys in PostgreSQL need a secret from outside of it: give keySecret, or set ${secretVariable}. Make one with: openssl rand -base64 32`,
    );
  }
  const database = openDatabase(options);
  return {
    store: storeOn(database),
    signingKeys: storedSigningKeys(settingsOn(database), secrets),
    accounts: accountsOn(database),
    close: () => database.close(),
  };
}

const settingsOn = ({ query, schema }: Database): Settings => ({
  async read(name) {
    const { rows } = await query(`SELECT value FROM ${schema}.settings WHERE name = $1`, [name]);
    return rows[0] === undefined ? null : String(rows[0]['value']);
  },
  async replace(name, present, next) {
    const { rowCount } =
      present === null
        ? await query(`INSERT INTO ${schema}.settings VALUES ($1, $2) ON CONFLICT DO NOTHING`, [name, next])
        : await query(`UPDATE ${schema}.settings SET value = $2 WHERE name = $1 AND value = $3`, [name, next, present]);
    return rowCount === 1;
  },
});

const accountsOn = ({ query, transact, schema }: Database): Accounts => ({
  async load() {
    return (await query(`SELECT * FROM ${schema}.users ORDER BY username`)).rows.map(accountOf);
  },
  async renew(username, present, next) {
    return transact(async (client) => {
      const values = [username, present, next];
      await client.query(
        `UPDATE ${schema}.users SET password_hash = $3 WHERE username = $1 AND password_hash = $2`,
        values,
      );
      const { rows } = await client.query(`SELECT password_hash FROM ${schema}.users WHERE username = $1`, [username]);
      return (rows[0]?.['password_hash'] ?? null) as string | null;
    });
  },
  async save(accounts) {
    const rows = accounts.map(accountValues);
    await transact(async (client) => {
      for (const values of rows) {
        await client.query(
          `INSERT INTO ${schema}.users VALUES ($1, $2, $3) ON CONFLICT (username)
            DO UPDATE SET password_hash = excluded.password_hash, claims = excluded.claims`,
          values,
        );
      }
    });
  },
});
