import type { Policy } from '../policy.ts';
import type { Found, Rule } from '../store/session-store.ts';
import type { ForgedAccess, GenuineAccess } from '../tokens/verify-access-token.ts';
import { type AccessCase, type LogoutCode, logoutOutcomes, logoutTable, type RefreshCase } from './logout-table.ts';
import { revocation } from './revocation.ts';
import { stateOf } from './token-state.ts';

/** What came instead of, or as, the access token: a ticket proves the refresh token itself, so it stands for a genuine pair. */
export type LogoutProof = GenuineAccess | ForgedAccess | { readonly kind: 'ticket' };

export interface LogoutDecision {
  readonly code: LogoutCode;
  /** The refresh token's session, for the security log. */
  readonly sid: string | null;
  readonly userId: string | null;
}

/** Finds the cell for what was presented and does what it says. */
export const logoutRule =
  (proof: LogoutProof, policy: Policy, now: number): Rule<LogoutDecision> =>
  (found) => {
    const access = accessCase(proof, found, policy, now);
    const refresh: RefreshCase = found === null ? 'unknown' : stateOf(found, policy, now);
    const code = logoutTable[access][refresh];
    const { revokes } = logoutOutcomes[code];
    const result: LogoutDecision = { code, sid: found?.family.id ?? null, userId: found?.family.userId ?? null };
    return found === null || revokes === null ? { result } : { result, write: revocation(found, revokes, now) };
  };

const flawCase: Readonly<Record<ForgedAccess['flaw'], AccessCase>> = {
  signature: 'forged-signature',
  algorithm: 'unsigned',
  content: 'wrong-content',
};

function accessCase(proof: LogoutProof, found: Found | null, policy: Policy, now: number): AccessCase {
  if (proof.kind === 'ticket') return 'valid';
  if (proof.kind === 'forged-access') return flawCase[proof.flaw];
  if (found !== null && found.family.userId !== proof.subject) return 'other-user';
  if (found !== null && found.family.id !== proof.sid) return 'other-session';
  if (now < proof.expiredAt) return 'valid';
  return now < proof.expiredAt + policy.refreshWindow ? 'expired' : 'expired-beyond-window';
}
