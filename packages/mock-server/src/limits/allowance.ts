/** Lets each key do so many things at once, and as many more as come back with time. Remembers one number per key. */
export interface Allowance {
  /** Uses one up and returns 0; where none is left, returns how many milliseconds it takes until there is one. */
  take(key: string, now: number): number;
  clear(): void;
}

const mostKeys = 10_000;

/** `most` at once; all of them have come back after `per` milliseconds. */
export function createAllowance({ most, per }: { most: number; per: number }): Allowance {
  /** When everything that a key has used will have come back. */
  const fullAt = new Map<string, number>();
  const each = per / most;

  return {
    take(key, now) {
      const full = Math.max(fullAt.get(key) ?? now, now) + each;
      if (full - now > per) return Math.min(full - now - per, per);
      fullAt.delete(key);
      fullAt.set(key, full);
      const oldest = fullAt.keys().next().value;
      if (fullAt.size > mostKeys && oldest !== undefined) fullAt.delete(oldest);
      return 0;
    },
    clear: () => fullAt.clear(),
  };
}
