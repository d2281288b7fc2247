/** What is used of a `Map`. */
export interface ShardedMap<V> {
  get(key: string): V | undefined;
  has(key: string): boolean;
  set(key: string, value: V): void;
  delete(key: string): void;
  values(): Iterable<V>;
  clear(): void;
}

const shards = 256;

/**
 * A map in parts. One that grows or shrinks moves all of its entries at once, and with a million of them every request would wait
 * for that.
 */
export function shardedMap<V>(): ShardedMap<V> {
  const parts = Array.from({ length: shards }, () => new Map<string, V>());
  const partOf = (key: string): Map<string, V> => parts[shardOf(key)] as Map<string, V>;

  return {
    get: (key) => partOf(key).get(key),
    has: (key) => partOf(key).has(key),
    set: (key, value) => void partOf(key).set(key, value),
    delete: (key) => void partOf(key).delete(key),
    *values() {
      for (const part of parts) yield* part.values();
    },
    clear() {
      for (const part of parts) part.clear();
    },
  };
}

/** Random digests differ in any of their characters, names of users in the last ones. */
function shardOf(key: string): number {
  let hash = 0;
  for (let index = Math.max(0, key.length - 6); index < key.length; index += 1) {
    hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  }
  return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (shards - 1);
}
