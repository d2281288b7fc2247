import { day } from '../clock/duration.ts';
import { endedToken } from './ended-token.ts';
import type { Family, Found, Lookup, SessionStore, StoredSession, Token, Write } from './session-store.ts';
import { shardedMap } from './sharded-map.ts';

/** A family with its tokens: generation n is at index n - 1. */
interface Entry {
  family: Family;
  readonly tokens: Token[];
  /** Tells which of two logins at the same instant was first. */
  readonly order: number;
}

/** Sessions that live as long as the process. */
export function memoryStore(): SessionStore {
  const families = shardedMap<Entry>();
  const byHash = shardedMap<Token>();
  const hashByVerifier = shardedMap<string>();
  /** Most users have one session, which needs no set. */
  const byUser = shardedMap<Entry | Set<Entry>>();
  /** Keyed by the day on which the three months end, so that a purge looks at the dead only. */
  const byLastDay = new Map<number, Set<Entry>>();
  /** Hashes of the tokens that keep a successor, in the order in which they were rotated. */
  const sealed = { bound: new Set<string>(), unbound: new Set<string>() };
  let opened = 0;

  function sessionsOf(userId: string): readonly Entry[] {
    const sessions = byUser.get(userId);
    if (sessions === undefined) return [];
    return sessions instanceof Set ? [...sessions] : [sessions];
  }

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
    entry.family = family;
    for (const token of tokens) replace(entry, token);
    if (family.revokedAt !== null) for (const token of entry.tokens.map(endedToken)) replace(entry, token);
  }

  function replace(entry: Entry, token: Token): void {
    entry.tokens[token.generation - 1] = token;
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
    const sessions = byUser.get(entry.family.userId);
    if (sessions instanceof Set) sessions.delete(entry);
    if (!(sessions instanceof Set) || sessions.size === 0) byUser.delete(entry.family.userId);
    dropFrom(byLastDay, lastDay(entry.family), entry);
  }

  return {
    async open(family, token) {
      if (families.has(family.id) || byHash.has(token.hash)) throw new Error('A family or token of that name exists.');
      opened += 1;
      const entry: Entry = { family, tokens: [token], order: opened };
      families.set(family.id, entry);
      const sessions = byUser.get(family.userId);
      if (sessions instanceof Set) sessions.add(entry);
      else byUser.set(family.userId, sessions === undefined ? entry : new Set([sessions, entry]));
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
      const decisions = sessionsOf(userId).flatMap((entry) => {
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
      const entries = userId === undefined ? families.values() : sessionsOf(userId);
      return [...entries]
        .sort((a, b) => a.family.createdAt - b.family.createdAt || a.order - b.order)
        .map(({ family, tokens }): StoredSession => ({ family, tokens: [...tokens] }));
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
      for (const table of [families, byHash, hashByVerifier, byUser, byLastDay]) table.clear();
      for (const hashes of [sealed.bound, sealed.unbound]) hashes.clear();
    },
  };
}

function foundIn({ family, tokens }: Entry, looked?: Token, keyHash?: string | null): Found | null {
  const newest = tokens.at(-1);
  if (newest === undefined) return null;
  const keyUsedFor = keyHash ? tokens.find((token) => token.keyHash === keyHash)?.generation : undefined;
  return {
    family,
    token: looked ?? newest,
    newest,
    parent: tokens.at(-2) ?? null,
    keyUsedFor: keyUsedFor ?? null,
  };
}

const lastDay = (family: Family): number => Math.floor(family.absoluteExpiresAt / day);

function addTo(sets: Map<number, Set<Entry>>, key: number, entry: Entry): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([entry]));
  else set.add(entry);
}

function dropFrom(sets: Map<number, Set<Entry>>, key: number, entry: Entry): void {
  const set = sets.get(key);
  set?.delete(entry);
  if (set?.size === 0) sets.delete(key);
}
