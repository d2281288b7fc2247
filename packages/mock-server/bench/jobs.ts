import type { Place } from './stores.ts';
import type { Stretch } from './timing.ts';

/** What a process of its own measures, so that no store pays for the memory of another. */
export type Job =
  | {
      readonly kind: 'requests';
      readonly place: Place;
      readonly sessions: number;
      /** The first session it takes; the following ones are scattered over the store. */
      readonly first: number;
    }
  | { readonly kind: 'purge'; readonly place: Place; readonly dead: number; readonly live: number }
  | { readonly kind: 'memory'; readonly sessions: number };

/** What a process with a `requests` job is asked for, again and again. */
export interface Order {
  /** Logouts are of sessions that were refreshed before. */
  readonly kind: 'refresh' | 'logout';
  readonly count: number;
  readonly atOnce: number;
}

export interface PurgeResult {
  readonly purged: number;
  readonly duration: number;
  readonly served: number;
  /** Milliseconds: the longest request while the purge ran, and while it did not. */
  readonly longestRequest: number;
  readonly longestWithout: number;
  /** How long nothing else could run. */
  readonly longestGap: number;
  readonly longestGapWithout: number;
}

export interface MemoryResult {
  readonly bytesPerSession: number;
  /** What each further refresh leaves behind. */
  readonly bytesPerRotation: number;
}

/** What the processes say. */
export type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'stretch'; readonly stretch: Stretch }
  | { readonly type: 'purge'; readonly result: PurgeResult }
  | { readonly type: 'memory'; readonly result: MemoryResult };
