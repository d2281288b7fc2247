import { Pool } from 'pg';
import { memoryStore } from '../src/store/memory-store.ts';
import { postgresStore } from '../src/store/postgres/postgres-store.ts';
import { statementsIn } from '../src/store/postgres/statements.ts';
import type { SessionStore, Token, Write } from '../src/store/session-store.ts';
import { familyColumns, familyValues, inWritingOrder } from '../src/store/sql/rows.ts';
import { connect } from '../src/store/sqlite/connection.ts';
import { createTables } from '../src/store/sqlite/schema.ts';
import { sqliteStore, storeOn } from '../src/store/sqlite/sqlite-store.ts';
import type { StoreName } from './options.ts';
import type { MadeUp } from './sessions.ts';

/** Where the sessions of one measurement are: nowhere yet, in a file, or in a schema of a database. */
export type Place =
  | { readonly store: 'memory' }
  | { readonly store: 'sqlite'; readonly file: string }
  | { readonly store: 'postgres'; readonly connectionString: string; readonly schema: string };

export interface OpenedStore {
  readonly store: SessionStore;
  close(): Promise<void>;
}

export function openStore(place: Place): OpenedStore {
  switch (place.store) {
    case 'memory':
      return { store: memoryStore(), close: async () => {} };
    case 'sqlite': {
      const store = sqliteStore({ file: place.file });
      return { store, close: store.close };
    }
    case 'postgres': {
      const store = postgresStore({ connectionString: place.connectionString, schema: place.schema });
      return { store, close: store.close };
    }
  }
}

/** Puts sessions where a store will find them, faster than the store would: nothing of this is measured. */
export const fill: { readonly [K in StoreName]: (place: Place, sessions: Iterable<MadeUp>) => Promise<void> } = {
  memory: async () => {
    throw new Error('Memory is filled by the process that measures.');
  },

  async sqlite(place, sessions) {
    if (place.store !== 'sqlite') return;
    const connection = connect({ file: place.file });
    createTables(connection);
    for (const setting of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -2000000']) {
      connection.rows(`PRAGMA ${setting}`);
    }
    const withoutTransactions = storeOn({
      ...connection,
      run: (sql, ...values) => (/^(BEGIN|COMMIT)/.test(sql) ? 0 : connection.run(sql, ...values)),
    });
    connection.run('BEGIN');
    for (const session of sessions) await add(withoutTransactions, session);
    connection.run('COMMIT');
    connection.rows('PRAGMA journal_mode = WAL');
    await connection.close();
  },

  async postgres(place, sessions) {
    if (place.store !== 'postgres') return;
    const { schema, connectionString } = place;
    const pool = new Pool({ connectionString });
    // The tables are made at first use.
    await postgresStore({ pool, schema }).find('');
    const { putTokens } = statementsIn(schema);
    const columns = familyColumns.join(', ');
    const putFamilies = `INSERT INTO ${schema}.families (${columns})
      SELECT ${columns} FROM jsonb_populate_recordset(NULL::${schema}.families, $1)`;
    for (const batch of batches(sessions)) {
      const families = batch.map(({ family }) => {
        const values = familyValues(family);
        return Object.fromEntries(familyColumns.map((column, index) => [column, values[index]]));
      });
      await pool.query(putFamilies, [JSON.stringify(families)]);
      await pool.query(putTokens, [JSON.stringify(inWritingOrder(batch.flatMap(({ tokens }) => tokens)))]);
    }
    await pool.query(`VACUUM ANALYZE ${schema}.families`);
    await pool.query(`VACUUM ANALYZE ${schema}.tokens`);
    await pool.query('CHECKPOINT');
    await pool.end();
  },
};

/** Adds a session through the port, token by token, as a login and refreshes would have. */
export async function add(store: SessionStore, { family, tokens }: MadeUp): Promise<void> {
  const [first, ...later] = tokens;
  if (first === undefined) return;
  let current: Token = { ...first, status: 'current' };
  await store.open({ ...family, generation: 1 }, current);
  for (const token of later) {
    const next: Token = { ...token, status: 'current' };
    const write = {
      family: { ...family, generation: next.generation },
      tokens: [{ ...current, status: 'rotated' }, next],
    };
    await store.decide({ familyId: family.id }, () => ({ result: null, write: write as Write }));
    current = next;
  }
}

function* batches(sessions: Iterable<MadeUp>): Generator<MadeUp[]> {
  let batch: MadeUp[] = [];
  for (const session of sessions) {
    if (batch.push(session) < 5_000) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
