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
  readonly during: Meanwhile;
  /** The same for as long a time without a purge: what the machine does by itself. */
  readonly without: Meanwhile;
}

/** What refreshes that came one after the other met. Milliseconds. */
export interface Meanwhile {
  readonly duration: number;
  readonly times: readonly number[];
  /** How long the process did nothing else at a time. */
  readonly longestGap: number;
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
