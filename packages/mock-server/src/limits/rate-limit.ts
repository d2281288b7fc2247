import { boundedMap } from './bounded-map.ts';

/** Allows so many events per key in a sliding span of time. */
export interface RateLimit {
  isOver(key: string, now: number): boolean;
  count(key: string, now: number): void;
  clear(): void;
}

export function createRateLimit({ most, per }: { most: number; per: number }): RateLimit {
  const events = boundedMap<readonly number[]>();
  const recent = (key: string, now: number) => (events.get(key) ?? []).filter((at) => now - at < per);

  return {
    isOver: (key, now) => recent(key, now).length >= most,
    count(key, now) {
      if (most === Number.POSITIVE_INFINITY) return;
      events.set(key, [...recent(key, now), now]);
    },
    clear: () => events.clear(),
  };
}
