import type { Outbox } from '../storage/outbox.ts';
import type { SignedOutReason } from '../types.ts';

/** Which sessions are over for good: a late write of another tab must not bring them back. */
export interface Endings {
  /** Also true for a session whose logout, in whatever tab, has not reached the server yet. */
  isOver(sid: string): boolean;
  add(sid: string): void;
  /** A server that gives a new session an old id means what it says. */
  forgive(sid: string): void;
  /** A pair of it arrived when it was already gone: that this tab revokes it tells nothing about who ended it. */
  foundGone(sid: string): void;
  /** Why a session may be gone that nobody told this tab about. */
  guess(sid: string): SignedOutReason;
}

export function createEndings(outbox: Pick<Outbox, 'has'>): Endings {
  const ended = new Set<string>();
  const gone = new Set<string>();
  const isOver = (sid: string): boolean => ended.has(sid) || outbox.has(sid);
  return {
    isOver,
    add: (sid) => void ended.add(sid),
    forgive: (sid) => void ended.delete(sid),
    foundGone: (sid) => void gone.add(sid),
    guess: (sid) => (isOver(sid) && !gone.has(sid) ? 'other-tab' : 'storage-cleared'),
  };
}
