import { shardedMap } from './sharded-map.ts';

/** Entries of many users, in the order in which they were added. */
export interface EntriesByUser<E> {
  /** A list of the caller's own. */
  of(userId: string): E[];
  add(userId: string, entry: E): void;
  delete(userId: string, entry: E): void;
  clear(): void;
}

/** Most users have one session, which needs no set. */
export function entriesByUser<E extends { readonly order: number }>(): EntriesByUser<E> {
  const kept = shardedMap<E | Set<E>>();
  return {
    of(userId) {
      const entries = kept.get(userId);
      if (entries === undefined) return [];
      return entries instanceof Set ? [...entries] : [entries];
    },
    add(userId, entry) {
      const entries = kept.get(userId);
      if (entries instanceof Set) entries.add(entry);
      else kept.set(userId, entries === undefined ? entry : new Set([entries, entry]));
    },
    delete(userId, entry) {
      const entries = kept.get(userId);
      if (entries instanceof Set) entries.delete(entry);
      if (entries === entry || (entries instanceof Set && entries.size === 0)) kept.delete(userId);
    },
    clear: () => kept.clear(),
  };
}
