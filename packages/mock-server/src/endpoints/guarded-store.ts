import { unavailable } from '../http/refusal.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';

async function guard<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw Object.assign(unavailable('The session store does not answer.'), { cause });
  }
}

/** Signing keys mostly are in the same database. */
export const guardedKeys = (keys: SigningKeys): Pick<SigningKeys, 'load'> => ({ load: () => guard(keys.load()) });

/** The same store, whose failures are answered 503: nothing was changed, and asking again later is right (RFC 7009 §2.2.1). */
export function guardedStore(store: SessionStore): SessionStore {
  return {
    open: (family, token) => guard(store.open(family, token)),
    decide: (lookup, rule) => guard(store.decide(lookup, rule)),
    decideEach: (userId, rule) => guard(store.decideEach(userId, rule)),
    find: (familyId) => guard(store.find(familyId)),
    unended: (userId, usedSince) => guard(store.unended(userId, usedSince)),
    recent: (userId, most) => guard(store.recent(userId, most)),
    list: (userId) => guard(store.list(userId)),
    purge: (expiredBefore, limit) => guard(store.purge(expiredBefore, limit)),
    eraseSuccessors: (rotatedBefore, limit, bound) => guard(store.eraseSuccessors(rotatedBefore, limit, bound)),
    clear: () => guard(store.clear()),
  };
}
