import type { SessionStore } from '../session-store.ts';
import { createPace } from '../sql/pace.ts';
import { type Connection, inTransaction } from './connection.ts';

/** Deletes and erases so few rows at a time that a request which comes meanwhile hardly waits: nothing else happens then. */
export function housekeepingOn(connection: Connection): Pick<SessionStore, 'purge' | 'eraseSuccessors'> {
  const { run, rows } = connection;
  const pace = createPace({ span: 6, least: 20, most: 1_000 });

  /** Returns how many families are gone, and how many rows. Of a family with more tokens than that only some are. */
  function deleteDead(expiredBefore: number, limit: number, most: number): { purged: number; done: number } {
    let [purged, done] = [0, 0];
    // A family is two rows at least.
    const dead = rows(sql.deadFamilies, expiredBefore, Math.min(limit, Math.ceil(most / 2)));
    for (const { id, generation } of dead) {
      if (done > 0 && done + Number(generation) + 1 > most) break;
      const tokens = run(sql.deleteOldestTokens, String(id), String(id), most);
      done += tokens;
      if (tokens === most) break;
      purged += run(sql.deleteFamily, String(id));
      done += 1;
    }
    return { purged, done };
  }

  return {
    async purge(expiredBefore, limit) {
      const before = Math.trunc(expiredBefore);
      for (;;) {
        const { purged, done } = await pace.run((most) =>
          // Lost with the machine's power it would only be done again.
          connection.unsynced(() => inTransaction(connection, () => deleteDead(before, limit, most))),
        );
        if (purged > 0 || done === 0) return purged;
        await nextTurn();
      }
    },

    async eraseSuccessors(rotatedBefore, limit, bound = false) {
      const { done } = await pace.run((most) => ({
        done: run(sql.eraseSuccessors, Number(bound), Math.trunc(rotatedBefore), Math.min(limit, most)),
      }));
      return done;
    },
  };
}

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

const sql = {
  deadFamilies: `SELECT id, generation FROM families WHERE absolute_expires_at < ?
    ORDER BY absolute_expires_at LIMIT ?`,
  deleteOldestTokens: `DELETE FROM tokens WHERE family_id = ? AND generation IN (
    SELECT generation FROM tokens WHERE family_id = ? ORDER BY generation LIMIT ?)`,
  deleteFamily: 'DELETE FROM families WHERE id = ?',
  eraseSuccessors: `UPDATE tokens SET successor_ct = NULL WHERE (family_id, generation) IN (
    SELECT family_id, generation FROM tokens
    WHERE successor_ct IS NOT NULL AND bound = ? AND rotated_at < ? LIMIT ?)`,
} as const;
