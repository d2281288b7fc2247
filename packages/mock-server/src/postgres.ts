export type { PooledOptions, PostgresOptions } from './store/postgres/database.ts';
export type { PostgresClient, PostgresPool, PostgresResult } from './store/postgres/pool.ts';
export { postgresServerState } from './store/postgres/postgres-server-state.ts';
export { type PostgresStore, postgresStore } from './store/postgres/postgres-store.ts';
export type { Accounts } from './store/sql/accounts.ts';
export type { KeySecretOptions } from './store/sql/secret-of-environment.ts';
export type { ServerState } from './store/sql/server-state.ts';
