export type { Accounts } from './store/sql/accounts.ts';
export type { KeySecretOptions } from './store/sql/secret-of-environment.ts';
export type { ServerState } from './store/sql/server-state.ts';
export type { FileOptions } from './store/sqlite/connection.ts';
export { sqliteServerState } from './store/sqlite/sqlite-server-state.ts';
export { type SqliteStore, sqliteStore } from './store/sqlite/sqlite-store.ts';
