import { day } from '../clock/duration.ts';
import { type Policy, resolvePolicy } from '../policy.ts';
import { type RefreshAttempt, type RefreshOutcome, refreshRule } from '../rules/refresh-rule.ts';
import { endUnlessEnded } from '../rules/revocation.ts';
import type { Family, Rule, Token } from '../store/session-store.ts';

/** When the rows begin to live. */
export const start: number = Date.UTC(2026, 0, 1);
const policy: Policy = resolvePolicy({ maxReplays: 1_000, refreshesPerMinute: 1_000 });

export const someFamily = (changes: Partial<Family> = {}): Family => ({
  id: 'family-1',
  userId: 'ada',
  clientId: 'spa',
  createdAt: start,
  absoluteExpiresAt: start + 90 * day,
  lastRotatedAt: start,
  generation: 1,
  revokedAt: null,
  revokeReason: null,
  replayCount: 0,
  deviceKey: null,
  deviceLabel: 'A laptop',
  userAgent: 'Firefox on Linux',
  ipPrefix: '192.0.2.0/24',
  ...changes,
});

export const someToken = (changes: Partial<Token> = {}): Token => ({
  hash: 'hash-1',
  familyId: 'family-1',
  generation: 1,
  status: 'current',
  createdAt: start,
  rotatedAt: null,
  keyHash: null,
  successor: null,
  revokeVerifier: `verifier-of-${changes.hash ?? 'hash-1'}`,
  bound: false,
  ...changes,
});

const attempt = (successor: string, changes: Partial<RefreshAttempt> = {}): RefreshAttempt => ({
  clientId: 'spa',
  keyHash: 'key-1',
  deviceKey: null,
  successor: { hash: successor, revokeVerifier: `verifier-of-${successor}`, sealed: `sealed-${successor}` },
  now: start + 1_000,
  isOverLimit: () => false,
  ...changes,
});

/** A refresh that gets this successor. */
export const refresh = (successor: string, changes: Partial<RefreshAttempt> = {}): Rule<RefreshOutcome> =>
  refreshRule(attempt(successor, changes), policy);

export const logout: Rule<boolean> = endUnlessEnded('logout', start + 2_000);

/** Tells which token was found. */
export const look: Rule<string | null> = (found) => ({ result: found?.token.hash ?? null });
