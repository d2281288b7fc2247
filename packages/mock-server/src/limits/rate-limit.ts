/** Allows so many events per key in a sliding span of time. */
export interface RateLimit {
  isOver(key: string, now: number): boolean;
  count(key: string, now: number): void;
  clear(): void;
}

const mostKeys = 10_000;

export function createRateLimit({ most, per }: { most: number; per: number }): RateLimit {
  const events = new Map<string, readonly number[]>();
  const recent = (key: string, now: number) => (events.get(key) ?? []).filter((at) => now - at < per);

  return {
    isOver: (key, now) => recent(key, now).length >= most,
    count(key, now) {
      if (most === Number.POSITIVE_INFINITY) return;
      const kept = [...recent(key, now), now];
      events.delete(key);
      events.set(key, kept);
      const oldest = events.keys().next().value;
      if (events.size > mostKeys && oldest !== undefined) events.delete(oldest);
    },
    clear: () => events.clear(),
  };
}
