import { boundedMap } from './bounded-map.ts';

/** Lets each key do so many things at once, and as many more as come back with time. Remembers one number per key. */
export interface Allowance {
  /** Uses one up and returns 0; where none is left, returns how many milliseconds it takes until there is one. */
  take(key: string, now: number): number;
  clear(): void;
}

/** `most` at once; all of them have come back after `per` milliseconds. */
export function createAllowance({ most, per }: { most: number; per: number }): Allowance {
  /** When everything that a key has used will have come back. */
  const fullAt = boundedMap<number>();
  const each = per / most;

  return {
    take(key, now) {
      const full = Math.max(fullAt.get(key) ?? now, now) + each;
      if (full - now > per) return Math.min(full - now - per, per);
      fullAt.set(key, full);
      return 0;
    },
    clear: () => fullAt.clear(),
  };
}
