import type { SessionRecord } from '../token/session-record.ts';
import type { EventOrigin, LapsedReason, SessionEvent, SessionSnapshot, SignedOutReason } from '../types.ts';

/** What was known at one moment. */
export interface Seen {
  readonly record: SessionRecord | null;
  readonly lapsed: LapsedReason | null;
  readonly expiring: boolean;
  readonly snapshot: SessionSnapshot;
}

function userOf({ snapshot }: Seen): string | null {
  return (snapshot.status !== 'signed-out' && snapshot.claims?.sub) || null;
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
  const [was, is] = [before.record, after.record];
  if (!is) return was && { type: 'signed-out', origin, reason };
  const sessionId = is.sid;
  if (was?.id !== is.id) {
    const [from, to] = [userOf(before), userOf(after)];
    return was && (from !== to || !from)
      ? { type: 'user-changed', origin, from, to }
      : { type: 'signed-in', origin, sessionId };
  }
  if (after.lapsed) return before.lapsed === after.lapsed ? null : { type: 'lapsed', origin, reason: after.lapsed };
  return was.accessToken === is.accessToken && !before.lapsed ? null : { type: 'token-refreshed', origin, sessionId };
}
