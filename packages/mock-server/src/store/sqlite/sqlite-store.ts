import { day } from '../../clock/duration.ts';
import type { Found, Lookup, SessionStore, Token, Write } from '../session-store.ts';
import { foundIn } from '../sql/found.ts';
import {
  changingColumns,
  conflict,
  familyColumns,
  familyOf,
  familyValues,
  fixedColumns,
  inWritingOrder,
  type Row,
  sessionsOf,
  tokenColumns,
  tokenOf,
} from '../sql/rows.ts';
import { type Connection, connect, type FileOptions, inTransaction } from './connection.ts';
import { housekeepingOn } from './housekeeping.ts';
import { createTables } from './schema.ts';

export type SqliteStore = SessionStore & {
  /** Lets go of the file. The store cannot be used any more. */
  close(): Promise<void>;
};

/**
 * Sessions in one file, by Node's own SQLite (Node 22.13 and later). Several processes on the same machine can share it.
 *
 * @example const server = createAuthServer({ users, store: sqliteStore({ file: 'sessions.sqlite' }) });
 * @throws the system's or SQLite's error when the file cannot be opened.
 */
export function sqliteStore(options: FileOptions): SqliteStore {
  const connection = connect(options);
  createTables(connection);
  return { ...storeOn(connection), close: async () => connection.close() };
}

export function storeOn(connection: Connection): SessionStore {
  const { run, rows } = connection;

  function lookUp(lookup: Lookup): Found | null {
    const looked = 'familyId' in lookup ? undefined : rows(...tokenQuery(lookup))[0];
    const familyId = 'familyId' in lookup ? lookup.familyId : String(looked?.['family_id']);
    const [family] = rows(sql.familyById, familyId);
    const keyHash = 'tokenHash' in lookup ? lookup.keyHash : null;
    return family === undefined ? null : foundOf(family, looked, keyHash);
  }

  function foundOf(row: Row, looked?: Row, keyHash?: string | null): Found | null {
    const family = familyOf(row);
    const recent = rows(sql.recentTokens, family.id, family.generation - 1).map(tokenOf);
    const holder = keyHash ? rows(sql.generationByKey, family.id, keyHash)[0] : undefined;
    const keyUsedFor = holder === undefined ? null : Number(holder['generation']);
    return foundIn(family, recent, looked === undefined ? undefined : tokenOf(looked), keyUsedFor);
  }

  function put({ family, tokens }: Write): void {
    if (run(sql.updateFamily, ...familyValues(family)) !== 1) throw conflict();
    putTokens(tokens);
    if (family.revokedAt !== null) run(sql.endTokens, family.id);
  }

  function putTokens(tokens: readonly Token[]): void {
    for (const row of inWritingOrder(tokens)) {
      if (run(sql.putToken, ...tokenColumns.map((column) => row[column])) !== 1) throw conflict();
    }
  }

  return {
    async open(family, token) {
      inTransaction(connection, () => {
        run(sql.addFamily, ...familyValues(family));
        putTokens([token]);
      });
    },

    async decide(lookup, rule) {
      return inTransaction(connection, () => {
        const found = lookUp(lookup);
        const { result, write } = rule(found);
        if (found !== null && write !== undefined) put(write);
        return result;
      });
    },

    async decideEach(userId, rule) {
      return inTransaction(connection, () =>
        rows(sql.unendedOfUser, userId).flatMap((row) => {
          const found = foundOf(row);
          if (found === null) return [];
          const { result, write } = rule(found);
          if (write !== undefined) put(write);
          return [result];
        }),
      );
    },

    async find(familyId) {
      const [family] = rows(sql.familyById, familyId);
      return family === undefined ? null : familyOf(family);
    },

    async unended(userId, usedSince) {
      const since = Math.max(0, Math.floor(usedSince));
      return rows(sql.unendedSince, userId, Math.floor(since / day), since).map(familyOf);
    },

    async recent(userId, most) {
      return rows(sql.recent, userId, most.unended, userId, most.ended).map(familyOf);
    },

    async list(userId) {
      return inTransaction(
        connection,
        () =>
          userId === undefined
            ? sessionsOf(rows(sql.families), rows(sql.tokens))
            : sessionsOf(rows(sql.familiesOfUser, userId), rows(sql.tokensOfUser, userId)),
        'DEFERRED',
      );
    },

    ...housekeepingOn(connection),

    async clear() {
      inTransaction(connection, () => {
        run('DELETE FROM tokens');
        run('DELETE FROM families');
      });
    },
  };
}

const placeholders = (columns: readonly string[]) => columns.map(() => '?').join(', ');

const sql = {
  familyById: 'SELECT * FROM families WHERE id = ?',
  families: 'SELECT * FROM families ORDER BY created_at, id',
  familiesOfUser: 'SELECT * FROM families WHERE user_id = ? ORDER BY created_at, id',
  unendedOfUser: 'SELECT * FROM families INDEXED BY unended_families WHERE user_id = ? AND revoked_at IS NULL',
  unendedSince: `SELECT * FROM families INDEXED BY unended_families
    WHERE user_id = ? AND revoked_at IS NULL AND last_rotated_at / ${day} >= ? AND last_rotated_at >= ?
    ORDER BY created_at, id`,
  recent: `SELECT * FROM (
      SELECT * FROM (SELECT * FROM families INDEXED BY unended_families WHERE user_id = ? AND revoked_at IS NULL
        ORDER BY last_rotated_at / ${day} DESC LIMIT ?)
      UNION ALL
      SELECT * FROM (SELECT * FROM families INDEXED BY ended_families WHERE user_id = ? AND revoked_at IS NOT NULL
        ORDER BY revoked_at DESC LIMIT ?))
    ORDER BY created_at, id`,
  addFamily: `INSERT INTO families (${familyColumns.join(', ')}) VALUES (${placeholders(familyColumns)})`,
  updateFamily: `UPDATE families SET ${changingColumns.map((column) => `${column} = ?`).join(', ')}
    WHERE ${fixedColumns.map((column) => `${column} = ?`).join(' AND ')}`,
  tokenByHash: 'SELECT * FROM tokens WHERE token_hash = ?',
  tokenByVerifier: 'SELECT * FROM tokens WHERE revoke_verifier = ?',
  generationByKey: 'SELECT generation FROM tokens WHERE family_id = ? AND idem_key_hash = ? LIMIT 1',
  recentTokens: 'SELECT * FROM tokens WHERE family_id = ? AND generation >= ?',
  tokens: 'SELECT * FROM tokens ORDER BY family_id, generation',
  tokensOfUser: `SELECT tokens.* FROM families JOIN tokens ON family_id = id
    WHERE user_id = ? ORDER BY family_id, tokens.generation`,
  // A row with that place and another hash is another token: it stays, and the count of changes tells.
  putToken: `INSERT INTO tokens (${tokenColumns.join(', ')}) VALUES (${placeholders(tokenColumns)})
    ON CONFLICT (family_id, generation) DO UPDATE SET status = excluded.status, rotated_at = excluded.rotated_at,
      idem_key_hash = excluded.idem_key_hash, successor_ct = excluded.successor_ct
    WHERE token_hash = excluded.token_hash`,
  endTokens: `UPDATE tokens SET status = CASE status WHEN 'current' THEN 'revoked' ELSE status END,
      idem_key_hash = NULL, successor_ct = NULL
    WHERE family_id = ? AND (status = 'current' OR idem_key_hash IS NOT NULL OR successor_ct IS NOT NULL)`,
} as const;

const tokenQuery = (lookup: Exclude<Lookup, { familyId: string }>): [string, string] =>
  'tokenHash' in lookup ? [sql.tokenByHash, lookup.tokenHash] : [sql.tokenByVerifier, lookup.revokeVerifier];
