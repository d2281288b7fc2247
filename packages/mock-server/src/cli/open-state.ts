import { memoryStore } from '../store/memory-store.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { Accounts } from '../store/sql/accounts.ts';
import type { ServerState } from '../store/sql/server-state.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import type { UserAccount } from '../users/user-directory.ts';
import { isPostgres } from './command-line.ts';
import { Failure, reasonOf } from './failure.ts';
import { keepUsers } from './keep-users.ts';

/** What the server is made of, and where it is kept. */
export interface OpenState {
  readonly store: SessionStore;
  readonly signingKeys?: SigningKeys;
  readonly users: readonly UserAccount[];
  readonly accounts?: Accounts;
  /** Users whose sessions are to end, for their password is another one now. */
  readonly changed: readonly string[];
  /** For people; without a password. */
  readonly place: string;
  close(): Promise<void>;
}

/** @throws Failure when the database cannot be had. */
export async function openState(
  database: string,
  given: readonly UserAccount[],
  hasher: PasswordHasher,
): Promise<OpenState> {
  if (database === 'memory') {
    return { store: memoryStore(), users: given, changed: [], place: 'memory', close: async () => {} };
  }
  const state = await openDatabase(database);
  try {
    // A secret that does not open the keys is said now, and not to whoever logs in first.
    await state.signingKeys.load();
    return { ...state, ...(await keepUsers(state.accounts, given, hasher)), place: placeOf(database) };
  } catch (error) {
    await state.close();
    throw unreachable(database, error);
  }
}

/** Names a database; of an address only the kind, for even a part of one may be a password that stands in the wrong place. */
export const placeOf = (database: string): string => (isPostgres(database) ? 'PostgreSQL' : database);

/** @throws Failure when the database cannot be had. */
export const openDatabase = (database: string): Promise<ServerState> =>
  opened(database).catch((error: unknown) => {
    throw unreachable(database, error);
  });

/** Each database is loaded only when it is asked for: `pg` need not be installed, and not every Node has SQLite. */
async function opened(database: string): Promise<ServerState> {
  if (isPostgres(database)) {
    const { postgresServerState } = await import('../postgres.ts');
    return postgresServerState({ connectionString: database });
  }
  const { sqliteServerState } = await import('../sqlite.ts');
  return sqliteServerState({ file: database });
}

function unreachable(database: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND') return new Failure('PostgreSQL needs the package pg: npm install pg.', 1);
  if (code === 'ERR_UNKNOWN_BUILTIN_MODULE')
    return new Failure('SQLite needs Node 22.13 or later; --db memory needs nothing.', 1);
  const reason = isPostgres(database) ? reasonWithout(database, error) : reasonOf(error);
  const place = isPostgres(database) ? placeOf(database) : `The database ${database}`;
  return new Failure(`${place} cannot be used: ${reason}.`, 1, { cause: error });
}

/** The reason in few words: what the system, or the database, says of an address repeats parts of it. */
function reasonWithout(address: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = reasons[code];
  if (known !== undefined) return `${known} (${code})`;
  const parts = address.split(/[^\w.-]+/).filter((part) => part.length > 2);
  return parts.reduce((text, part) => text.replaceAll(part, '…'), reasonOf(error));
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address',
  ENOTFOUND: 'nobody knows its host',
  EAI_AGAIN: 'nobody knows its host',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it broke the connection',
  ERR_INVALID_URL: 'its address is no URL; special characters of a password have to be percent-encoded',
  ERR_SOCKET_BAD_PORT: 'its port is no port',
  '28P01': 'the user or the password is wrong',
  '28000': 'the user may not connect',
  '3D000': 'there is no such database',
};
