import { hour, minute, second } from '../clock/duration.ts';

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

const mostKeys = 10_000;

export function createAttemptLimits({
  free,
  firstWait = second,
  longestWait = 15 * minute,
  forgetAfter = hour,
}: AttemptLimitOptions): AttemptLimits {
  const failures = new Map<string, Failures>();

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
      const count = (known(key, now)?.count ?? 0) + 1;
      // Insertion order is age, so the first keys are those that failed longest ago.
      failures.delete(key);
      failures.set(key, { count, lastAt: now });
      const oldest = failures.keys().next().value;
      if (failures.size > mostKeys && oldest !== undefined) failures.delete(oldest);
    },
    succeeded: (key) => void failures.delete(key),
    clear: () => failures.clear(),
  };
}
