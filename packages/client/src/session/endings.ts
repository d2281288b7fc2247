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
  /** Another tab says why it ends a session. */
  explain(sid: string, reason: SignedOutReason): void;
  /** What another tab said. */
  reasonOf(sid: string): SignedOutReason | undefined;
  /** Why a session may be gone, as far as this tab knows. */
  guess(sid: string): SignedOutReason;
}

export function createEndings(outbox: Pick<Outbox, 'has'>): Endings {
  const ended = new Set<string>();
  const gone = new Set<string>();
  const reasons = new Map<string, SignedOutReason>();
  const isOver = (sid: string): boolean => ended.has(sid) || outbox.has(sid);
  return {
    isOver,
    add: (sid) => void ended.add(sid),
    forgive(sid) {
      ended.delete(sid);
      reasons.delete(sid);
    },
    foundGone: (sid) => void gone.add(sid),
    explain: (sid, reason) => void reasons.set(sid, reason),
    reasonOf: (sid) => reasons.get(sid),
    guess: (sid) => reasons.get(sid) ?? (isOver(sid) && !gone.has(sid) ? 'other-tab' : 'storage-cleared'),
  };
}
