import { day } from '../clock/duration.ts';
import { endedToken } from './ended-token.ts';
import { entriesByUser } from './entries-by-user.ts';
import { type Entry, foundIn } from './memory-entry.ts';
import type { Family, Found, Lookup, SessionStore, StoredSession, Token, Write } from './session-store.ts';
import { addTo, dropFrom } from './sets-by-key.ts';
import { shardedMap } from './sharded-map.ts';

/** Sessions that live as long as the process. */
export function memoryStore(): SessionStore {
  const families = shardedMap<Entry>();
  const byHash = shardedMap<Token>();
  const hashByVerifier = shardedMap<string>();
  /** Those that have not ended, and those that have, in the order in which they did. */
  const unended = entriesByUser<Entry>();
  const ended = entriesByUser<Entry>();
  /** Keyed by the day on which the three months end, so that a purge looks at the dead only. */
  const byLastDay = new Map<number, Set<Entry>>();
  /** Hashes of the tokens that keep a successor, in the order in which they were rotated. */
  const sealed = { bound: new Set<string>(), unbound: new Set<string>() };
  let opened = 0;

  function find(lookup: Lookup): { entry: Entry; found: Found } | null {
    const token = 'familyId' in lookup ? undefined : byHash.get(tokenHash(lookup));
    const entry = families.get('familyId' in lookup ? lookup.familyId : (token?.familyId ?? ''));
    const keyHash = 'tokenHash' in lookup ? lookup.keyHash : null;
    const found = entry === undefined ? null : foundIn(entry, token, keyHash);
    return entry === undefined || found === null ? null : { entry, found };
  }

  const tokenHash = (lookup: { tokenHash: string } | { revokeVerifier: string }): string =>
    'tokenHash' in lookup ? lookup.tokenHash : (hashByVerifier.get(lookup.revokeVerifier) ?? '');

  function put(entry: Entry, { family, tokens }: Write): void {
    refuseUnlessConsistent(entry, tokens);
    if (entry.family.revokedAt === null && family.revokedAt !== null) {
      unended.delete(family.userId, entry);
      ended.add(family.userId, entry);
    }
    entry.family = family;
    for (const token of tokens) replace(entry, token);
    if (family.revokedAt === null) return;
    entry.keys = null;
    for (const token of entry.tokens.map(endedToken)) replace(entry, token);
  }

  function replace(entry: Entry, token: Token): void {
    entry.tokens[token.generation - 1] = token;
    if (token.keyHash !== null) entry.keys?.set(token.keyHash, token.generation);
    index(token);
  }

  function refuseUnlessConsistent(entry: Entry, written: readonly Token[]): void {
    for (const token of written) {
      const replaced = entry.tokens[token.generation - 1];
      const namesake = byHash.get(token.hash);
      const gap = token.generation > entry.tokens.length + 1;
      if (gap || replaced?.hash !== namesake?.hash) throw new Error('Another token has that generation or hash.');
    }
    // Only the newest row can be current, so it and the written rows are all there is to look at.
    const after = new Map([...entry.tokens.slice(-1), ...written].map((token) => [token.generation, token]));
    if ([...after.values()].filter(({ status }) => status === 'current').length > 1) {
      throw new Error('A family has at most one current refresh token.');
    }
  }

  function index(token: Token): void {
    byHash.set(token.hash, token);
    hashByVerifier.set(token.revokeVerifier, token.hash);
    const hashes = token.bound ? sealed.bound : sealed.unbound;
    if (token.successor === null) hashes.delete(token.hash);
    else hashes.add(token.hash);
  }

  function remove(entry: Entry): void {
    for (const token of entry.tokens) {
      byHash.delete(token.hash);
      hashByVerifier.delete(token.revokeVerifier);
      sealed.bound.delete(token.hash);
      sealed.unbound.delete(token.hash);
    }
    families.delete(entry.family.id);
    for (const index of [unended, ended]) index.delete(entry.family.userId, entry);
    dropFrom(byLastDay, lastDay(entry.family), entry);
  }

  return {
    async open(family, token) {
      if (families.has(family.id) || byHash.has(token.hash)) throw new Error('A family or token of that name exists.');
      opened += 1;
      const entry: Entry = { family, tokens: [token], keys: null, order: opened };
      families.set(family.id, entry);
      (family.revokedAt === null ? unended : ended).add(family.userId, entry);
      addTo(byLastDay, lastDay(family), entry);
      index(token);
    },

    async decide(lookup, rule) {
      const match = find(lookup);
      const { result, write } = rule(match?.found ?? null);
      if (match !== null && write !== undefined) put(match.entry, write);
      return result;
    },

    async decideEach(userId, rule) {
      const decisions = unended.of(userId).flatMap((entry) => {
        const found = foundIn(entry);
        return found === null ? [] : [{ entry, decision: rule(found) }];
      });
      for (const { entry, decision } of decisions) {
        if (decision.write !== undefined) refuseUnlessConsistent(entry, decision.write.tokens);
      }
      return decisions.map(({ entry, decision }) => {
        if (decision.write !== undefined) put(entry, decision.write);
        return decision.result;
      });
    },

    async find(familyId) {
      return families.get(familyId)?.family ?? null;
    },

    async list(userId) {
      const entries = userId === undefined ? families.values() : [...ended.of(userId), ...unended.of(userId)];
      return byLogin([...entries]).map(({ family, tokens }): StoredSession => ({ family, tokens: [...tokens] }));
    },

    async unended(userId, usedSince) {
      const used = unended.of(userId).filter(({ family }) => family.lastRotatedAt >= usedSince);
      return byLogin(used).map(({ family }) => family);
    },

    async recent(userId, most) {
      const byUse = unended.of(userId).sort((a, b) => b.family.lastRotatedAt - a.family.lastRotatedAt);
      const byEnd = ended.of(userId).sort((a, b) => (b.family.revokedAt ?? 0) - (a.family.revokedAt ?? 0));
      return byLogin([...byUse.slice(0, most.unended), ...byEnd.slice(0, most.ended)]).map(({ family }) => family);
    },

    async purge(expiredBefore, limit) {
      const dead: Entry[] = [];
      for (const [dayNumber, entries] of byLastDay) {
        if (dayNumber * day >= expiredBefore) continue;
        for (const entry of entries) {
          if (dead.length === limit) break;
          if (entry.family.absoluteExpiresAt < expiredBefore) dead.push(entry);
        }
      }
      for (const entry of dead) remove(entry);
      return dead.length;
    },

    async eraseSuccessors(rotatedBefore, limit, bound = false) {
      let erased = 0;
      for (const hash of bound ? sealed.bound : sealed.unbound) {
        const token = byHash.get(hash);
        const entry = families.get(token?.familyId ?? '');
        if (erased === limit || token === undefined || entry === undefined) break;
        if ((token.rotatedAt ?? 0) >= rotatedBefore) break;
        put(entry, { family: entry.family, tokens: [{ ...token, successor: null }] });
        erased += 1;
      }
      return erased;
    },

    async clear() {
      for (const table of [families, byHash, hashByVerifier, unended, ended, byLastDay]) table.clear();
      for (const hashes of [sealed.bound, sealed.unbound]) hashes.clear();
    },
  };
}

const byLogin = (entries: Entry[]): Entry[] =>
  entries.sort((a, b) => a.family.createdAt - b.family.createdAt || a.order - b.order);

const lastDay = (family: Family): number => Math.floor(family.absoluteExpiresAt / day);
