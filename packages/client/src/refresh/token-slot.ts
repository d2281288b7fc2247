import type { SessionRecord } from '../token/session-record.ts';

/** The place the session is kept in, as far as a refresh may touch it. Every change compares first. */
export interface TokenSlot {
  read(): SessionRecord | null;
  /** Whether another tab has said that it stored a newer pair than this one: storage has yet to show it. */
  isOutdated(record: SessionRecord): boolean;
  /** Replaces `sent` by `next` if `sent` is still what is there and its session has not been ended. */
  rotate(sent: SessionRecord, next: SessionRecord): boolean;
  /** Removes `sent` if it is still what is there, and lets the other tabs know why. */
  end(sent: SessionRecord, reason: 'revoked' | 'refresh-rejected'): void;
}
