import type { SessionRecord } from '../token/session-record.ts';
import type { EventOrigin, LapsedReason, SessionEvent, SessionSnapshot, SignedOutReason } from '../types.ts';

/** What was known at one moment. */
export interface Seen {
  readonly record: SessionRecord | null;
  readonly lapsed: LapsedReason | null;
  readonly snapshot: SessionSnapshot;
}

function userOf(seen: Seen): string | null {
  return (seen.snapshot.status !== 'signed-out' && seen.snapshot.claims?.sub) || null;
}

/**
 * The event that tells the difference between two moments, or `null` where there is none worth telling. Pure.
 * @param reason why there is no session any more, should that be the difference.
 */
export function changeBetween(
  before: Seen,
  after: Seen,
  origin: EventOrigin,
  reason: SignedOutReason,
): SessionEvent | null {
  if (!after.record) return before.record ? { type: 'signed-out', origin, reason } : null;
  const sessionId = after.record.sid;
  if (before.record?.id !== after.record.id) {
    const [from, to] = [userOf(before), userOf(after)];
    const otherUser = before.record !== null && (from !== to || from === null);
    return otherUser ? { type: 'user-changed', origin, from, to } : { type: 'signed-in', origin, sessionId };
  }
  if (after.lapsed) return before.lapsed === after.lapsed ? null : { type: 'lapsed', origin, reason: after.lapsed };
  if (before.record.accessToken === after.record.accessToken && !before.lapsed) return null;
  return { type: 'token-refreshed', origin, sessionId };
}
