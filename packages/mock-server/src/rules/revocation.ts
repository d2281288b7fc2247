import type { Decision, Found, Write } from '../store/session-store.ts';

/** Why a family ended, as the session list shows it. */
export type RevokeReason =
  | 'logout'
  | 'logout_stale'
  | 'logout_expired'
  | 'pair_mismatch'
  | 'suspected_theft'
  | 'reuse'
  | 'replay_window'
  | 'expired'
  | 'revoked'
  | 'login'
  | 'session_limit'
  | 'password_change'
  | 'account_disabled'
  | 'logout_all'
  | (string & {});

/**
 * Ends a family: nothing of it can be used from now on, and nothing is left of it but what tells reuse from nonsense (hashes,
 * times, the reason).
 */
export const revocation = ({ family }: Found, reason: RevokeReason, now: number): Write => ({
  family: {
    ...family,
    revokedAt: now,
    revokeReason: reason,
    deviceKey: null,
    deviceLabel: null,
    userAgent: null,
    ipPrefix: null,
  },
  tokens: [],
});

/** Ends a family that has not ended yet, and leaves any other as it is. The result tells whether it ended now. */
export const endUnlessEnded =
  (reason: RevokeReason, now: number) =>
  (found: Found | null): Decision<boolean> =>
    found === null || found.family.revokedAt !== null
      ? { result: false }
      : { result: true, write: revocation(found, reason, now) };
