/** A map with an end, written once for all that is counted. The oldest entries go first. */
export interface BoundedMap<V> {
  get(key: string): V | undefined;
  /** Makes the entry the newest. */
  set(key: string, value: V): void;
  delete(key: string): void;
  clear(): void;
}

/**
 * `most` entries at most. With `shareOf` no party can push out the entries of others: the oldest entry goes of the party that has the
 * most, and of one that has `mostOfShare` its own oldest.
 */
export function boundedMap<V>({
  most = 10_000,
  mostOfShare = Number.POSITIVE_INFINITY,
  shareOf = () => '',
}: {
  most?: number;
  mostOfShare?: number;
  shareOf?: (key: string, value: V) => string;
} = {}): BoundedMap<V> {
  const entries = new Map<string, { value: V; share: string }>();
  const shares = new Map<string, Set<string>>();

  function remove(key: string): void {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    const keys = shares.get(entry.share);
    keys?.delete(key);
    if (keys?.size === 0) shares.delete(entry.share);
  }

  function oldestOf(keys: Set<string> | undefined): void {
    const oldest = keys?.values().next().value;
    if (oldest !== undefined) remove(oldest);
  }

  return {
    get: (key) => entries.get(key)?.value,
    set(key, value) {
      remove(key);
      const share = shareOf(key, value);
      const keys = shares.get(share) ?? new Set();
      keys.add(key);
      shares.set(share, keys);
      entries.set(key, { value, share });
      if (keys.size > mostOfShare) oldestOf(keys);
      if (entries.size > most) oldestOf(largest(shares));
    },
    delete: remove,
    clear() {
      entries.clear();
      shares.clear();
    },
  };
}

function largest(shares: ReadonlyMap<string, Set<string>>): Set<string> | undefined {
  let found: Set<string> | undefined;
  for (const keys of shares.values()) if (keys.size > (found?.size ?? 0)) found = keys;
  return found;
}
