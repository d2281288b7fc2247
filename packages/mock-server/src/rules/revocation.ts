import type { Found, Token, Write } from '../store/session-store.ts';

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
export function revocation({ family, newest, parent }: Found, reason: RevokeReason, now: number): Write {
  const tokens: Token[] = [{ ...newest, status: newest.status === 'current' ? 'revoked' : newest.status }];
  if (parent !== null) tokens.push(withoutSuccessor(parent));
  return {
    family: {
      ...family,
      revokedAt: now,
      revokeReason: reason,
      deviceKey: null,
      deviceLabel: null,
      userAgent: null,
      ipPrefix: null,
    },
    tokens,
  };
}

export const withoutSuccessor = (token: Token): Token => ({ ...token, keyHash: null, successor: null });
