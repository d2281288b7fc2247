import { day } from '../clock/duration.ts';
import type { Family, Token } from '../store/session-store.ts';

/** A token as it is kept: with the properties that only some tokens have, for the indexes over those. */
export type TokenRecord = Token & { currentOf?: string; sealedAt?: [bound: number, rotatedAt: number] };

/** A family as it is kept: one of these two says whether it has ended, and is in the index over those that have, or have not. */
export type FamilyRecord = Family & {
  unendedOf?: [userId: string, usedOn: number];
  endedOf?: [userId: string, at: number];
};

export function recordOf(token: Token): TokenRecord {
  return {
    ...token,
    ...(token.status === 'current' && { currentOf: token.familyId }),
    ...(token.successor !== null && { sealedAt: [Number(token.bound), token.rotatedAt ?? 0] }),
  };
}

export function tokenOf({ currentOf, sealedAt, ...token }: TokenRecord): Token {
  return token;
}

export function familyRecordOf(family: Family): FamilyRecord {
  const { userId, revokedAt, lastRotatedAt } = family;
  return revokedAt === null
    ? { ...family, unendedOf: [userId, dayOf(lastRotatedAt)] }
    : { ...family, endedOf: [userId, revokedAt] };
}

export function familyOf({ unendedOf, endedOf, ...family }: FamilyRecord): Family {
  return family;
}

export const dayOf = (instant: number): number => Math.floor(instant / day);

/** Everything of a user in an index that begins with the user. */
export const anyOf = (userId: string): IDBKeyRange =>
  IDBKeyRange.bound([userId, Number.NEGATIVE_INFINITY], [userId, Number.POSITIVE_INFINITY]);
