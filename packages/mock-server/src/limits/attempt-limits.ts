import { hour, minute, second } from '../clock/duration.ts';
import { boundedMap } from './bounded-map.ts';

/** Counts what went wrong per key and says how long to wait before the next try. */
export interface AttemptLimits {
  /** Milliseconds until `key` may try again; 0 when it may. */
  waitFor(key: string, now: number): number;
  failed(key: string, now: number): void;
  succeeded(key: string): void;
  clear(): void;
}

interface Failures {
  count: number;
  lastAt: number;
}

export interface AttemptLimitOptions {
  /** Failures that cost nothing. */
  readonly free: number;
  /** The wait after the first failure beyond those; each further one doubles it. */
  readonly firstWait?: number;
  /** No wait is longer: nobody is locked out for good. */
  readonly longestWait?: number;
  /** When the last failure is so long ago, all are forgotten. */
  readonly forgetAfter?: number;
}

export function createAttemptLimits({
  free,
  firstWait = second,
  longestWait = 15 * minute,
  forgetAfter = hour,
}: AttemptLimitOptions): AttemptLimits {
  // Whoever makes up many names pushes out entries of one failure, and not the one that he waits for.
  const failures = boundedMap<Failures>({ shareOf: (_, { count }) => (count > free / 2 ? 'many' : 'few') });

  const known = (key: string, now: number): Failures | undefined => {
    const entry = failures.get(key);
    if (entry !== undefined && now - entry.lastAt >= forgetAfter) {
      failures.delete(key);
      return undefined;
    }
    return entry;
  };

  return {
    waitFor(key, now) {
      const entry = known(key, now);
      if (entry === undefined || entry.count < free) return 0;
      const wait = Math.min(firstWait * 2 ** (entry.count - free), longestWait);
      return Math.max(0, entry.lastAt + wait - now);
    },
    failed(key, now) {
      failures.set(key, { count: (known(key, now)?.count ?? 0) + 1, lastAt: now });
    },
    succeeded: (key) => void failures.delete(key),
    clear: () => failures.clear(),
  };
}
