import { day } from '../../clock/duration.ts';
import { createTurns } from '../../limits/turns.ts';
import type { Found, Lookup, SessionStore, Token, Write } from '../session-store.ts';
import { foundIn } from '../sql/found.ts';
import { createPace } from '../sql/pace.ts';
import { conflict, familyOf, familyValues, inWritingOrder, sessionsOf, tokenOf } from '../sql/rows.ts';
import { type Database, openDatabase, type PooledOptions, type PostgresOptions } from './database.ts';
import type { PostgresClient, PostgresResult } from './pool.ts';
import { statementsIn } from './statements.ts';

export type PostgresStore = SessionStore & {
  /** Closes the store's own connections; a pool that was given stays open. */
  close(): Promise<void>;
};

/**
 * Sessions in PostgreSQL, by the package `pg`, which you install. Any number of servers can share them. The
 * tables are made at the first use.
 *
 * @example const store = postgresStore({ connectionString: 'postgres://localhost/app' });
 * @example const store = postgresStore({ pool: new Pool() });
 */
export function postgresStore(options: PostgresOptions | PooledOptions): PostgresStore {
  const database = openDatabase(options);
  return { ...storeOn(database), close: () => database.close() };
}

export function storeOn(database: Database): SessionStore {
  const sql = statementsIn(database.schema);
  // Requests with one token wait here and not with a connection each, which those with other tokens may need.
  const turns = createTurns({ most: Number.POSITIVE_INFINITY, waiting: Number.POSITIVE_INFINITY });

  // Whoever commits waits until the log of all before is on the disk, and deleting writes a lot of it.
  const pace = createPace({ span: 10, least: 10, most: 500 });

  /** Whoever looks up the family from now on waits until this transaction is over. */
  async function lockAndLookUp(client: PostgresClient, lookup: Lookup): Promise<Found | null> {
    const { rows } = await client.query(...parameters(sql.lock(lookup)));
    const [row] = rows;
    if (row === undefined) return null;
    const family = familyOf(row);
    const looked = 'looked' in row ? Number(row['looked']) : null;
    const generations = [looked ?? family.generation, family.generation, family.generation - 1];
    const keyHash = 'tokenHash' in lookup ? (lookup.keyHash ?? null) : null;
    const { rows: tokens } =
      keyHash === null
        ? await client.query(sql.tokensOfGenerations, [family.id, generations])
        : await client.query(sql.tokensOfGenerationsAndKey, [family.id, generations, keyHash]);
    const found = tokens.map(tokenOf);
    const keyUsedFor = tokens[0]?.['key_used_for'] ?? null;
    return foundIn(
      family,
      found,
      found.find(({ generation }) => generation === looked),
      keyUsedFor === null ? null : Number(keyUsedFor),
    );
  }

  async function put(client: PostgresClient, { family, tokens }: Write): Promise<void> {
    const { rowCount } = await client.query(sql.updateFamily, familyValues(family));
    if (rowCount !== 1) throw conflict();
    if (tokens.length > 0) await putTokens(client, tokens);
    if (family.revokedAt !== null) await client.query(sql.endTokens, [family.id]);
  }

  async function putTokens(client: PostgresClient, tokens: readonly Token[]): Promise<void> {
    const { rowCount } = await client.query(sql.putTokens, [JSON.stringify(inWritingOrder(tokens))]);
    if (rowCount !== tokens.length) throw conflict();
  }

  async function housekeep(limit: number, batch: (most: number) => Promise<PostgresResult>): Promise<number> {
    const { done } = await pace.run(async (most) => ({ done: (await batch(Math.min(limit, most))).rowCount ?? 0 }));
    return done;
  }

  return {
    async open(family, token) {
      await database.transact(async (client) => {
        await client.query(sql.addFamily, familyValues(family));
        await putTokens(client, [token]);
      });
    },

    async decide<T>(lookup: Lookup, rule: (found: Found | null) => { result: T; write?: Write }): Promise<T> {
      const work = async (client: PostgresClient): Promise<{ result: T }> => {
        const found = await lockAndLookUp(client, lookup);
        const { result, write } = rule(found);
        if (found !== null && write !== undefined) await put(client, write);
        return { result };
      };
      const decided = await turns.run(nameOf(lookup), () => database.transact(work));
      return (decided as { result: T }).result;
    },

    async decideEach(userId, rule) {
      return database.transact(async (client) => {
        const families = await client.query(sql.lockFamiliesOfUser, [userId]);
        const { rows } = await client.query(sql.recentTokensOfUser, [userId]);
        const results = [];
        for (const { family, tokens } of sessionsOf(families.rows, rows)) {
          const found = foundIn(family, tokens);
          if (found === null) continue;
          const { result, write } = rule(found);
          if (write !== undefined) await put(client, write);
          results.push(result);
        }
        return results;
      });
    },

    async find(familyId) {
      const [row] = (await database.query(sql.family, [familyId])).rows;
      return row === undefined ? null : familyOf(row);
    },

    async unended(userId, usedSince) {
      const since = Math.max(0, Math.floor(usedSince));
      return (await database.query(sql.unendedSince, [userId, Math.floor(since / day), since])).rows.map(familyOf);
    },

    async recent(userId, most) {
      return (await database.query(sql.recent, [userId, most.unended, most.ended])).rows.map(familyOf);
    },

    async list(userId) {
      return database.transact(async (client) => {
        const all = userId === undefined;
        const families = await client.query(all ? sql.families : sql.familiesOfUser, all ? [] : [userId]);
        const tokens = await client.query(all ? sql.tokens : sql.tokensOfUser, all ? [] : [userId]);
        return sessionsOf(families.rows, tokens.rows);
      }, 'reading');
    },

    async purge(expiredBefore, limit) {
      return housekeep(limit, (most) => database.query(sql.purge, [Math.trunc(expiredBefore), most]));
    },

    async eraseSuccessors(rotatedBefore, limit, bound = false) {
      const values = [Number(bound), Math.trunc(rotatedBefore)];
      return housekeep(limit, (most) => database.query(sql.eraseSuccessors, [...values, most]));
    },

    async clear() {
      await database.query(sql.clear);
    },
  };
}

const nameOf = (lookup: Lookup): string => {
  if ('familyId' in lookup) return lookup.familyId;
  return 'tokenHash' in lookup ? lookup.tokenHash : lookup.revokeVerifier;
};

const parameters = ([text, value]: [string, string]): [string, string[]] => [text, [value]];
