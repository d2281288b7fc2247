import type { Outbox } from '../storage/outbox.ts';
import type { SignedOutReason } from '../types.ts';

/** What other tabs have said of sessions: which are over for good, and how far the others are. */
export interface Endings {
  /** Also true for a session whose logout, in whatever tab, has not reached the server yet. */
  isOver(id: string): boolean;
  add(id: string): void;
  /** Whether this tab has heard of its end. */
  isKnown(id: string): boolean;
  /** Another tab has stored that generation of a session. */
  advance(id: string, generation: number): void;
  /** The newest generation that this tab has heard of. */
  generationOf(id: string): number;
  /** A pair of it arrived when it was already gone: that this tab revokes it tells nothing about who ended it. */
  foundGone(id: string): void;
  /** Another tab says why it ends a session. */
  explain(id: string, reason: SignedOutReason): void;
  /** What another tab said. */
  reasonOf(id: string): SignedOutReason | undefined;
  /** Why a session may be gone, as far as this tab knows. */
  guess(id: string): SignedOutReason;
}

export function createEndings(outbox: Pick<Outbox, 'has'>): Endings {
  const ended = new Set<string>();
  const gone = new Set<string>();
  const generations = new Map<string, number>();
  const reasons = new Map<string, SignedOutReason>();
  const isOver = (id: string): boolean => ended.has(id) || outbox.has(id);
  return {
    isOver,
    add: (id) => void ended.add(id),
    isKnown: (id) => ended.has(id),
    advance: (id, generation) => void generations.set(id, generation),
    generationOf: (id) => generations.get(id) ?? 0,
    foundGone: (id) => void gone.add(id),
    explain: (id, reason) => void reasons.set(id, reason),
    reasonOf: (id) => reasons.get(id),
    guess: (id) => reasons.get(id) ?? (isOver(id) && !gone.has(id) ? 'other-tab' : 'storage-cleared'),
  };
}
