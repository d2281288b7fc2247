import type { SessionRecord } from '../token/session-record.ts';

/**
 * A server may answer each try of one refresh with another successor, and forget the one before. Of such twins the one counts
 * whose request was sent later, whichever answer arrives first.
 */
export interface Twins {
  /** Numbers the requests of this tab. */
  next(): number;
  /** Whether `next` is a twin of the pair that is stored, and was asked for later. */
  isLater(next: SessionRecord, order: number, stored: SessionRecord): boolean;
  noteStored(record: SessionRecord, order: number): void;
}

export function createTwins(): Twins {
  let count = 0;
  let mine = { token: '', order: 0 };
  return {
    next: () => ++count,
    isLater(next, order, { id, generation, refreshToken, savedAt }) {
      if (id !== next.id || generation !== next.generation || refreshToken === next.refreshToken) return false;
      // Between requests of this tab the clock may have been set. Of two tabs that ask at once, the later answer counts.
      return mine.token === refreshToken ? order > mine.order : next.savedAt >= savedAt;
    },
    noteStored({ refreshToken }, order) {
      mine = { token: refreshToken, order };
    },
  };
}
