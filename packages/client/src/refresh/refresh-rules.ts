import type { RefreshRejectedError } from '../errors.ts';
import type { Platform } from '../platform.ts';

/** Refreshes that may fail within one call before its waiters are told: a network that comes back needs a moment. */
export const quickTries = 3;

/** The longest a call waits for a cool-down to end, in milliseconds, before it is told to come back later. */
export const patience = 5_000;

const firstCoolDown = 1_000;
const longestCoolDown = 30_000;
const longestIdleGap = 900_000;
const longestRetryAfter = 3_600_000;

/** A random number from 0 to 1. */
export function chanceOf({ random }: Pick<Platform, 'random'>): number {
  return (random(1)[0] ?? 128) / 255;
}

/** A share of `delay` between 75 % and 125 %, so that tabs and clients do not return in step. */
export function jittered(delay: number, chance: number): number {
  return delay * (0.75 + chance / 2);
}

/**
 * How long nobody refreshes after the `failures`-th failure in a row, in milliseconds. What the server asked for counts as
 * it is, unless it asked for nothing. Pure.
 * @param chance a number from 0 to 1.
 */
export function coolDown(failures: number, retryAfter: number | undefined, chance: number): number {
  if (retryAfter) return Math.min(retryAfter, longestRetryAfter);
  return jittered(Math.min(firstCoolDown * 2 ** (failures - 1), longestCoolDown), chance);
}

/** Pause before the next of the {@link quickTries}, in milliseconds. Pure. */
export function quickPause(attempt: number, chance: number): number {
  return jittered(250 * 4 ** attempt, chance);
}

/**
 * How much longer than a cool-down a renewal waits that nobody asked for, after `failures` in a row, in milliseconds: a tab
 * left open must not knock all night. Pure.
 */
export function idleGap(failures: number): number {
  return failures < 5 ? 0 : Math.min(longestCoolDown * 2 ** (failures - 4), longestIdleGap);
}

/** Why a session is over whose refresh the server refused. Pure. */
export function endedBecause({ error }: RefreshRejectedError): 'revoked' | 'user-changed' | 'refresh-rejected' {
  return error === 'revoked' || error === 'user-changed' ? error : 'refresh-rejected';
}
