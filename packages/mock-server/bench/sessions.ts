import { createHash } from 'node:crypto';
import { day } from '../src/clock/duration.ts';
import type { Family, Token } from '../src/store/session-store.ts';

/** One made-up session, the same for the same number in every process. */
export interface MadeUp {
  readonly family: Family;
  readonly tokens: readonly Token[];
}

const hashed = (text: string) => createHash('sha256').update(text).digest();
export const digest = (text: string): string => hashed(text).toString('base64url');

/** The secret of a session's newest token, which no store knows. */
export const refreshTokenOf = (number: number): string => `rt1_${digest(`secret ${number}`)}`;

/** A session with one token, logged in some weeks ago and used some hours ago. Each has a user of its own. */
export function liveSession(number: number, now: number): MadeUp {
  const createdAt = now - (1 + (number % 60)) * day;
  const secret = refreshTokenOf(number);
  const family = familyOf(`live ${number}`, createdAt, now - (number % 86_400) * 1_000, 1);
  return { family, tokens: [tokenOf(family, secret, 1, createdAt)] };
}

/** A session whose three months are long over, with the tokens of two refreshes. */
export function deadSession(number: number, now: number): MadeUp {
  const createdAt = now - 120 * day;
  const family = familyOf(`dead ${number}`, createdAt, createdAt + day, 3);
  const tokens = [1, 2, 3].map((generation) => tokenOf(family, `dead ${number} ${generation}`, generation, createdAt));
  return { family, tokens };
}

const familyOf = (name: string, createdAt: number, lastRotatedAt: number, generation: number): Family => ({
  id: hashed(name).subarray(0, 16).toString('base64url'),
  userId: `user of ${name}`,
  clientId: 'spa',
  createdAt,
  absoluteExpiresAt: createdAt + 90 * day,
  lastRotatedAt: Math.max(createdAt, lastRotatedAt),
  generation,
  revokedAt: null,
  revokeReason: null,
  replayCount: 0,
  deviceKey: null,
  deviceLabel: null,
  userAgent: 'Firefox on Linux',
  ipPrefix: '192.0.2.0/24',
});

const tokenOf = (family: Family, secret: string, generation: number, createdAt: number): Token => ({
  hash: digest(`rt:v1:${secret}`),
  familyId: family.id,
  generation,
  status: generation === family.generation ? 'current' : 'rotated',
  createdAt,
  rotatedAt: generation === family.generation ? null : createdAt + day,
  keyHash: null,
  successor: null,
  revokeVerifier: digest(digest(`revoke:v1:${secret}`)),
  bound: false,
});
