import type { Place } from './stores.ts';
import type { Timing } from './timing.ts';

/** What a process of its own measures, so that no store pays for the memory of another. */
export type Job =
  | {
      readonly kind: 'requests';
      readonly place: Place;
      readonly sessions: number;
      /** Which of them this round takes: each is refreshed once. */
      readonly round: number;
      readonly requests: number;
    }
  | { readonly kind: 'purge'; readonly place: Place; readonly dead: number; readonly live: number }
  | { readonly kind: 'memory'; readonly sessions: number };

export interface RequestsResult {
  readonly refresh: Timing;
  readonly logout: Timing;
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

export type ResultOf<J extends Job> = J extends { kind: 'requests' }
  ? RequestsResult
  : J extends { kind: 'purge' }
    ? PurgeResult
    : MemoryResult;
