import type { Lookup } from '../session-store.ts';
import { changingColumns, familyColumns, fixedColumns, tokenColumns } from '../sql/rows.ts';

export interface Statements {
  lock(lookup: Lookup): [string, string];
  readonly lockFamiliesOfUser: string;
  readonly tokensOfGenerations: string;
  readonly tokensOfGenerationsAndKey: string;
  readonly recentTokensOfUser: string;
  readonly addFamily: string;
  readonly updateFamily: string;
  readonly putTokens: string;
  readonly endTokens: string;
  readonly family: string;
  readonly families: string;
  readonly familiesOfUser: string;
  readonly unendedSince: string;
  readonly recent: string;
  readonly tokens: string;
  readonly tokensOfUser: string;
  readonly purge: string;
  readonly eraseSuccessors: string;
  readonly clear: string;
}

/** Lets the commit of this one transaction not wait for the disk: lost with the machine's power it would only be done again. */
const unsynced = "set_config('synchronous_commit', 'off', true)";

export function statementsIn(schema: string): Statements {
  const families = `${schema}.families`;
  const tokens = `${schema}.tokens`;
  const lockByToken = (column: string) => `SELECT f.*, t.generation AS looked FROM ${families} f
    JOIN ${tokens} t ON t.family_id = f.id WHERE t.${column} = $1 FOR UPDATE OF f`;

  return {
    lock(lookup) {
      if ('familyId' in lookup) return [`SELECT * FROM ${families} WHERE id = $1 FOR UPDATE`, lookup.familyId];
      if ('tokenHash' in lookup) return [lockByToken('token_hash'), lookup.tokenHash];
      return [lockByToken('revoke_verifier'), lookup.revokeVerifier];
    },
    // In one order, so that two that lock the same families do not wait for each other.
    lockFamiliesOfUser: `SELECT * FROM ${families} WHERE user_id = $1 AND revoked_at IS NULL ORDER BY id FOR UPDATE`,
    tokensOfGenerations: `SELECT * FROM ${tokens} WHERE family_id = $1 AND generation = ANY ($2)`,
    tokensOfGenerationsAndKey: `SELECT *,
        (SELECT generation FROM ${tokens} WHERE family_id = $1 AND idem_key_hash = $3 LIMIT 1) AS key_used_for
      FROM ${tokens} WHERE family_id = $1 AND generation = ANY ($2)`,
    recentTokensOfUser: `SELECT t.* FROM ${families} f JOIN ${tokens} t ON t.family_id = f.id
      WHERE f.user_id = $1 AND f.revoked_at IS NULL AND t.generation >= f.generation - 1`,
    addFamily: `INSERT INTO ${families} (${familyColumns.join(', ')})
      VALUES (${familyColumns.map((_, index) => `$${index + 1}`).join(', ')})`,
    updateFamily: `UPDATE ${families} SET ${changingColumns.map((name, index) => `${name} = $${index + 1}`).join(', ')}
      WHERE ${fixedColumns.map((name, index) => `${name} = $${changingColumns.length + index + 1}`).join(' AND ')}`,
    // A row with that place and another hash is another token: it stays, and the count of rows tells.
    putTokens: `INSERT INTO ${tokens} AS kept (${tokenColumns.join(', ')})
      SELECT ${tokenColumns.join(', ')} FROM jsonb_populate_recordset(NULL::${tokens}, $1)
      ON CONFLICT (family_id, generation) DO UPDATE SET status = excluded.status, rotated_at = excluded.rotated_at,
        idem_key_hash = excluded.idem_key_hash, successor_ct = excluded.successor_ct
      WHERE kept.token_hash = excluded.token_hash`,
    endTokens: `UPDATE ${tokens} SET status = CASE status WHEN 'current' THEN 'revoked' ELSE status END,
        idem_key_hash = NULL, successor_ct = NULL
      WHERE family_id = $1 AND (status = 'current' OR idem_key_hash IS NOT NULL OR successor_ct IS NOT NULL)`,
    family: `SELECT * FROM ${families} WHERE id = $1`,
    families: `SELECT * FROM ${families} ORDER BY created_at, id`,
    familiesOfUser: `SELECT * FROM ${families} WHERE user_id = $1 ORDER BY created_at, id`,
    unendedSince: `SELECT * FROM ${families} WHERE user_id = $1 AND revoked_at IS NULL
      AND last_rotated_day >= $2 AND last_rotated_at >= $3 ORDER BY created_at, id`,
    recent: `SELECT * FROM (
      (SELECT * FROM ${families} WHERE user_id = $1 AND revoked_at IS NULL ORDER BY last_rotated_day DESC LIMIT $2)
      UNION ALL
      (SELECT * FROM ${families} WHERE user_id = $1 AND revoked_at IS NOT NULL ORDER BY revoked_at DESC LIMIT $3)
      ) AS recent ORDER BY created_at, id`,
    tokens: `SELECT * FROM ${tokens} ORDER BY family_id, generation`,
    tokensOfUser: `SELECT t.* FROM ${families} f JOIN ${tokens} t ON t.family_id = f.id
      WHERE f.user_id = $1 ORDER BY t.family_id, t.generation`,
    // What another server is deleting already is left to it.
    purge: `DELETE FROM ${families} WHERE id IN (SELECT id FROM ${families} WHERE absolute_expires_at < $1
      ORDER BY absolute_expires_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING ${unsynced}`,
    eraseSuccessors: `UPDATE ${tokens} SET successor_ct = NULL WHERE (family_id, generation) IN (
      SELECT family_id, generation FROM ${tokens} WHERE successor_ct IS NOT NULL AND bound = $1 AND rotated_at < $2
      LIMIT $3 FOR UPDATE SKIP LOCKED)`,
    clear: `DELETE FROM ${families}`,
  };
}
