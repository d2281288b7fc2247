import { type Policy, refreshableUntil } from '../policy.ts';
import type { Found } from '../store/session-store.ts';

/** What a recognised refresh token is worth now. */
export type TokenState = 'current' | 'rotated' | 'expired' | 'revoked';

export function stateOf({ family, token }: Found, policy: Policy, now: number): TokenState {
  if (family.revokedAt !== null) return 'revoked';
  if (now >= refreshableUntil(family, policy)) return 'expired';
  return token.status === 'current' ? 'current' : 'rotated';
}
