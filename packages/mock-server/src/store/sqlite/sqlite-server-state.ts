import { type Accounts, accountOf, accountValues } from '../sql/accounts.ts';
import { type KeySecretOptions, secretsGiven } from '../sql/secret-of-environment.ts';
import type { ServerState } from '../sql/server-state.ts';
import type { Settings } from '../sql/settings.ts';
import { storedSigningKeys } from '../sql/stored-signing-keys.ts';
import { type Connection, connect, type FileOptions, inTransaction } from './connection.ts';
import { createTables } from './schema.ts';
import { secretFileOf, secretInFile, secretInMemory } from './secret-file.ts';
import { storeOn } from './sqlite-store.ts';

/**
 * Sessions, signing keys and users in one file. The private keys are wrapped with a secret that is not in it: `keySecret`, the
 * environment variable `LATCHKEY_KEY_SECRET`, or else a file beside it, `latchkey.secret` for `latchkey.sqlite`.
 *
 * @example
 * const { store, signingKeys, accounts } = sqliteServerState({ file: 'latchkey.sqlite' });
 * const server = createAuthServer({ users: await accounts.load(), store, signingKeys });
 *
 * @throws the system's or SQLite's error when the file cannot be opened; RangeError for a secret that is too short.
 */
export function sqliteServerState(options: FileOptions & KeySecretOptions): ServerState {
  const secrets = secretsGiven(options) ?? ownSecret(options);
  const connection = connect(options);
  createTables(connection);
  return {
    store: storeOn(connection),
    signingKeys: storedSigningKeys(settingsOn(connection), secrets),
    accounts: accountsOn(connection),
    close: async () => connection.close(),
  };
}

const ownSecret = ({ file }: FileOptions) =>
  file === ':memory:' ? secretInMemory() : secretInFile(secretFileOf(file));

const settingsOn = ({ run, rows }: Connection): Settings => ({
  async read(name) {
    const [row] = rows('SELECT value FROM settings WHERE name = ?', name);
    return row === undefined ? null : String(row['value']);
  },
  async replace(name, present, next) {
    return present === null
      ? run('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, next) === 1
      : run('UPDATE settings SET value = ? WHERE name = ? AND value = ?', next, name, present) === 1;
  },
});

const accountsOn = (connection: Connection): Accounts => ({
  async load() {
    return connection.rows('SELECT * FROM users ORDER BY username').map(accountOf);
  },
  async renew(username, present, next) {
    return inTransaction(connection, () => {
      const { run, rows } = connection;
      run('UPDATE users SET password_hash = ? WHERE username = ? AND password_hash = ?', next, username, present);
      const [row] = rows('SELECT password_hash FROM users WHERE username = ?', username);
      return (row?.['password_hash'] ?? null) as string | null;
    });
  },
  async save(accounts) {
    const rows = accounts.map(accountValues);
    inTransaction(connection, () => {
      for (const values of rows) connection.run('INSERT OR REPLACE INTO users VALUES (?, ?, ?)', ...values);
    });
  },
});
