import type { Policy } from '../policy.ts';
import type { Decision, Family, Found, Rule, Token } from '../store/session-store.ts';
import { equalDigests } from '../tokens/digest.ts';
import { type RevokeReason, revocation } from './revocation.ts';
import { stateOf, type TokenState } from './token-state.ts';

/** What the presented refresh token is to be exchanged for. */
export interface RefreshAttempt {
  readonly clientId: string;
  /** SHA-256 of the Idempotency-Key; null without one, which means strict single use. */
  readonly keyHash: string | null;
  /** Thumbprint of the key that signed the request's proof; null without one. */
  readonly deviceKey: string | null;
  readonly successor: { readonly hash: string; readonly revokeVerifier: string; readonly sealed: string | null };
  readonly now: number;
  /** Whether this session has had its share of refreshes for now. */
  readonly isOverLimit: (familyId: string) => boolean;
}

export type RefreshOutcome =
  /** `keeps` tells whose successor is kept for a retry; null when none is. */
  | { readonly type: 'rotated'; readonly family: Family; readonly keeps: { readonly bound: boolean } | null }
  | { readonly type: 'replayed'; readonly family: Family; readonly sealed: string }
  | { readonly type: 'ended'; readonly family: Family; readonly reason: RevokeReason }
  | { readonly type: 'already-ended'; readonly family: Family }
  | { readonly type: 'key-not-proven'; readonly family: Family }
  | { readonly type: 'key-reused' }
  | { readonly type: 'over-limit' }
  | { readonly type: 'unknown' };

/** Decides about one refresh: rotate, answer again, or end the family. */
export const refreshRule =
  (attempt: RefreshAttempt, policy: Policy): Rule<RefreshOutcome> =>
  (found) => {
    if (found === null) return { result: { type: 'unknown' } };
    const state = stateOf(found, policy, attempt.now);
    if (!belongsTo(found.family, attempt.clientId)) return fromAnotherClient(found, attempt, state);
    switch (state) {
      case 'revoked':
        return { result: { type: 'already-ended', family: found.family } };
      case 'expired':
        return end(found, 'expired', attempt.now);
      case 'rotated':
        return isProven(found, attempt) ? answerAgain(found, attempt, policy) : withoutKey(found, attempt.now);
      case 'current':
        return isProven(found, attempt) ? rotate(found, attempt, policy) : withoutKey(found, attempt.now);
    }
  };

/**
 * A refresh token is good for its own client only (RFC 6749 §6). One that was exchanged before is in two hands, and ends its family
 * whichever client is named (RFC 9700 §4.14.2): the client's name is public, and a thief names whichever he likes.
 */
function fromAnotherClient(found: Found, attempt: RefreshAttempt, state: TokenState): Decision<RefreshOutcome> {
  if (state !== 'rotated') return { result: { type: 'unknown' } };
  return isProven(found, attempt) ? end(found, 'reuse', attempt.now) : withoutKey(found, attempt.now);
}

/**
 * What a request does that is refused for its form: nothing, unless its token was exchanged before. Which key a bound token would
 * have been proven with is not known then, so those are left alone.
 */
export const malformedRefreshRule =
  (policy: Policy, now: number): Rule<Family | null> =>
  (found) => {
    if (found === null || found.token.bound || stateOf(found, policy, now) !== 'rotated') return { result: null };
    return { result: found.family, write: revocation(found, 'reuse', now) };
  };

const isProven = ({ family }: Found, { deviceKey }: RefreshAttempt): boolean =>
  family.deviceKey === null || family.deviceKey === deviceKey;

/**
 * Without the family's key a token bound to it is worth nothing, so nobody is harmed by letting the family live. A token from
 * before the family was bound is another matter: its exchange bound the family, and if that was not done by whoever presents it
 * now, one of the two is a thief.
 */
const withoutKey = (found: Found, now: number): Decision<RefreshOutcome> =>
  found.token.status === 'current' || found.token.bound
    ? { result: { type: 'key-not-proven', family: found.family } }
    : end(found, 'reuse', now);

/** For how long the answer to the exchange of this token may be given again. */
const replayWindowOf = (token: Token, policy: Policy): number =>
  token.bound ? policy.dpopReplayWindow : policy.replayWindow;

const belongsTo = (family: Family, clientId: string): boolean =>
  family.clientId === null || family.clientId === clientId;

function rotate(found: Found, attempt: RefreshAttempt, policy: Policy): Decision<RefreshOutcome> {
  const { family, token, parent } = found;
  const { successor, deviceKey, now, clientId } = attempt;
  // A proof is what a retry is known by, and then the Idempotency-Key says nothing.
  const keyHash = deviceKey === null ? attempt.keyHash : null;
  if (keyHash !== null && found.keyUsedFor !== null) return { result: { type: 'key-reused' } };
  if (attempt.isOverLimit(family.id)) return { result: { type: 'over-limit' } };
  const isRecognisable = deviceKey !== null || keyHash !== null;
  const repeatable = replayWindowOf(token, policy) > 0 && isRecognisable && successor.sealed !== null;
  const next: Token = {
    hash: successor.hash,
    familyId: family.id,
    generation: token.generation + 1,
    status: 'current',
    createdAt: now,
    rotatedAt: null,
    keyHash: null,
    successor: null,
    revokeVerifier: successor.revokeVerifier,
    bound: deviceKey !== null,
  };
  const spent: Token = {
    ...token,
    status: 'rotated',
    rotatedAt: now,
    keyHash: repeatable ? keyHash : null,
    successor: repeatable ? successor.sealed : null,
  };
  const rotatedFamily: Family = {
    ...family,
    clientId,
    lastRotatedAt: Math.max(family.lastRotatedAt, now),
    generation: next.generation,
    replayCount: 0,
    deviceKey,
  };
  return {
    result: { type: 'rotated', family: rotatedFamily, keeps: repeatable ? { bound: token.bound } : null },
    // Using the successor ends the replay of its parent.
    write: {
      family: rotatedFamily,
      tokens: [...(parent === null ? [] : [{ ...parent, successor: null }]), spent, next],
    },
  };
}

/**
 * A rotated token came again. It is a retry, and gets the same successor, only from whoever made the first exchange (same
 * Idempotency-Key, or a proof by the family's key), soon, while nobody has used the successor. Everything else ends the family: one of two holders is a thief.
 */
function answerAgain(found: Found, attempt: RefreshAttempt, policy: Policy): Decision<RefreshOutcome> {
  const { family, token, newest } = found;
  const isParent = newest.status === 'current' && newest.generation === token.generation + 1;
  const isSameHolder = family.deviceKey !== null || (attempt.keyHash !== null && sameKey(token, attempt.keyHash));
  if (!isParent || !isSameHolder) return end(found, 'reuse', attempt.now);
  const age = attempt.now - (token.rotatedAt ?? 0);
  if (age > replayWindowOf(token, policy) || family.replayCount >= policy.maxReplays || token.successor === null) {
    return end(found, 'replay_window', attempt.now);
  }
  const replayed: Family = { ...family, replayCount: family.replayCount + 1 };
  return {
    result: { type: 'replayed', family: replayed, sealed: token.successor },
    write: { family: replayed, tokens: [] },
  };
}

const sameKey = (token: Token, keyHash: string): boolean =>
  token.keyHash !== null && equalDigests(token.keyHash, keyHash);

const end = (found: Found, reason: RevokeReason, now: number): Decision<RefreshOutcome> => ({
  result: { type: 'ended', family: found.family, reason },
  write: revocation(found, reason, now),
});
