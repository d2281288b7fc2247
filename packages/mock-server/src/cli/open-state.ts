import { memoryStore } from '../store/memory-store.ts';
import type { SessionStore } from '../store/session-store.ts';
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
  const place = placeOf(database);
  const state = await openDatabase(database);
  try {
    // A secret that does not open the keys is said now, and not to whoever logs in first.
    await state.signingKeys.load();
    return { ...state, ...(await keepUsers(state.accounts, given, hasher)), place };
  } catch (error) {
    await state.close();
    throw unreachable(place, error);
  }
}

/** Names a database without its password. */
export const placeOf = (database: string): string => (isPostgres(database) ? withoutPassword(database) : database);

/** @throws Failure when the database cannot be had. */
export const openDatabase = (database: string): Promise<ServerState> =>
  opened(database).catch((error: unknown) => {
    throw unreachable(placeOf(database), error);
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

function unreachable(place: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND') return new Failure('PostgreSQL needs the package pg: npm install pg.', 1);
  if (code === 'ERR_UNKNOWN_BUILTIN_MODULE')
    return new Failure('SQLite needs Node 22.13 or later; --db memory needs nothing.', 1);
  return new Failure(`The database ${place} cannot be used: ${reasonOf(error)}.`, 1, { cause: error });
}

function withoutPassword(address: string): string {
  if (!URL.canParse(address)) return 'postgres://…';
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}
