import { endedToken } from '../store/ended-token.ts';
import type { Family, Found, Lookup, SessionStore, StoredSession, Write } from '../store/session-store.ts';
import { completed, type Database, lastOf, openDatabase, type Table, type Tables } from './database.ts';
import {
  anyOf,
  dayOf,
  type FamilyRecord,
  familyOf,
  familyRecordOf,
  recordOf,
  type TokenRecord,
  tokenOf,
} from './records.ts';

const both: readonly Table[] = ['families', 'tokens'];

/** The name shared by the tabs of a page that says nothing else. */
export const defaultDatabaseName = 'latchkey-mock-server';

/** Sessions in IndexedDB: they survive a reload, and all tabs of an origin share them. */
export function indexedDbStore({ name = defaultDatabaseName }: { name?: string } = {}): SessionStore {
  return storeIn(openDatabase(name));
}

export function storeIn(database: Database): SessionStore {
  return {
    open: (family, token) =>
      database.transact('readwrite', both, async (tables) => {
        await completed(tables('families').add(familyRecordOf(family)));
        await completed(tables('tokens').add(recordOf(token)));
      }),

    decide: (lookup, rule) =>
      database.transact('readwrite', both, async (tables) => {
        const found = await lookUp(tables, lookup);
        const { result, write } = rule(found);
        if (found !== null && write !== undefined) await put(tables, write);
        return result;
      }),

    decideEach: (userId, rule) =>
      database.transact('readwrite', both, async (tables) => {
        const ids = await completed(tables('families').index('unendedOf').getAllKeys(anyOf(userId)));
        const results = [];
        for (const familyId of ids) {
          const found = await lookUp(tables, { familyId: String(familyId) });
          if (found === null) continue;
          const { result, write } = rule(found);
          if (write !== undefined) await put(tables, write);
          results.push(result);
        }
        return results;
      }),

    find: (familyId) => database.transact('readonly', ['families'], (tables) => familyBy(tables, familyId)),

    unended: (userId, usedSince) =>
      database.transact('readonly', ['families'], async (tables) => {
        const range = IDBKeyRange.bound([userId, dayOf(usedSince)], [userId, Number.POSITIVE_INFINITY]);
        const records: FamilyRecord[] = await completed(tables('families').index('unendedOf').getAll(range));
        return byLogin(records.map(familyOf).filter(({ lastRotatedAt }) => lastRotatedAt >= usedSince));
      }),

    recent: (userId, most) =>
      database.transact('readonly', ['families'], async (tables) => {
        const last = (index: 'unendedOf' | 'endedOf', count: number) =>
          lastOf<FamilyRecord>(tables('families').index(index), anyOf(userId), count);
        const records = [...(await last('unendedOf', most.unended)), ...(await last('endedOf', most.ended))];
        return byLogin(records.map(familyOf));
      }),

    list: (userId) =>
      database.transact('readonly', both, async (tables) => {
        const table = tables('families');
        const families: FamilyRecord[] = await completed(
          userId === undefined ? table.getAll() : table.index('userId').getAll(userId),
        );
        const sessions: StoredSession[] = [];
        for (const family of byLogin(families.map(familyOf))) {
          const records: TokenRecord[] = await completed(tables('tokens').index('generation').getAll(allOf(family.id)));
          sessions.push({ family, tokens: records.map(tokenOf) });
        }
        return sessions;
      }),

    purge: (expiredBefore, limit) =>
      database.transact('readwrite', both, async (tables) => {
        const dead = IDBKeyRange.upperBound(expiredBefore, true);
        const ids = await completed(tables('families').index('absoluteExpiresAt').getAllKeys(dead, limit));
        for (const id of ids) {
          await completed(tables('families').delete(id));
          const hashes = await completed(
            tables('tokens')
              .index('generation')
              .getAllKeys(allOf(String(id))),
          );
          for (const hash of hashes) await completed(tables('tokens').delete(hash));
        }
        return ids.length;
      }),

    eraseSuccessors: (rotatedBefore, limit, bound = false) =>
      database.transact('readwrite', ['tokens'], async (tables) => {
        const over = IDBKeyRange.bound([Number(bound)], [Number(bound), rotatedBefore], false, true);
        const records: TokenRecord[] = await completed(tables('tokens').index('sealedAt').getAll(over, limit));
        for (const record of records) {
          await completed(tables('tokens').put(recordOf({ ...tokenOf(record), successor: null })));
        }
        return records.length;
      }),

    clear: () =>
      database.transact('readwrite', both, async (tables) => {
        await completed(tables('families').clear());
        await completed(tables('tokens').clear());
      }),
  };
}

async function lookUp(tables: Tables, lookup: Lookup): Promise<Found | null> {
  const tokens = tables('tokens');
  let token: TokenRecord | undefined;
  if ('tokenHash' in lookup) token = await completed(tokens.get(lookup.tokenHash));
  if ('revokeVerifier' in lookup) token = await completed(tokens.index('revokeVerifier').get(lookup.revokeVerifier));
  const familyId = 'familyId' in lookup ? lookup.familyId : token?.familyId;
  const family = familyId === undefined ? null : await familyBy(tables, familyId);
  if (family === null) return null;
  const generation = (number: number): Promise<TokenRecord | undefined> =>
    completed(tokens.index('generation').get([family.id, number]));
  const newest = await generation(family.generation);
  if (newest === undefined) return null;
  const parent = await generation(family.generation - 1);
  const keyHash = 'tokenHash' in lookup ? lookup.keyHash : null;
  const holder: TokenRecord | undefined = keyHash
    ? await completed(tokens.index('keyHash').get([family.id, keyHash]))
    : undefined;
  return {
    family,
    token: tokenOf(token ?? newest),
    newest: tokenOf(newest),
    parent: parent === undefined ? null : tokenOf(parent),
    keyUsedFor: holder?.generation ?? null,
  };
}

async function put(tables: Tables, { family, tokens }: Write): Promise<void> {
  await completed(tables('families').put(familyRecordOf(family)));
  // Those that stop being current go first: at no moment may there be two.
  const retiring = tokens.filter(({ status }) => status !== 'current');
  const current = tokens.filter(({ status }) => status === 'current');
  for (const token of [...retiring, ...current]) await completed(tables('tokens').put(recordOf(token)));
  if (family.revokedAt !== null) await endTokens(tables, family.id);
}

async function endTokens(tables: Tables, familyId: string): Promise<void> {
  const records: TokenRecord[] = await completed(tables('tokens').index('generation').getAll(allOf(familyId)));
  const keeping = records.filter((record) => record.keyHash !== null || record.sealedAt || record.currentOf);
  for (const record of keeping) await completed(tables('tokens').put(recordOf(endedToken(tokenOf(record)))));
}

async function familyBy(tables: Tables, id: string): Promise<Family | null> {
  const record: FamilyRecord | undefined = await completed(tables('families').get(id));
  return record === undefined ? null : familyOf(record);
}

const byLogin = (families: Family[]): Family[] => families.sort((a, b) => a.createdAt - b.createdAt);

const allOf = (familyId: string) => IDBKeyRange.bound([familyId, 0], [familyId, Number.MAX_SAFE_INTEGER]);
