import { jittered } from '../refresh/refresh-rules.ts';
import { never } from '../token/lifetimes.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { Rest } from '../waiting.ts';

/** When a logout that the server has not answered is sent again, and for how long. */
export interface LogoutTries extends Rest {
  /** When the session will have ended anyway, as far as can be told. */
  readonly expiresAt: number;
  readonly tries: number;
}

const firstGap = 2_000;
/** Between two tries, in milliseconds. */
export const longestGap: number = 15 * 60_000;
const shortestLife = 86_400_000;
const longestLife = 100 * shortestLife;

/** A clock that was set may make the end of a session look past: so many tries are made all the same. */
const leastTries = 6;
/** The same where there was no answer: a network may be away for days. */
const leastUnanswered = 600;

/** @param timeout milliseconds that an answer may take. */
export function firstTry({ sessionEndsAt }: SessionRecord, now: number, timeout: number): LogoutTries {
  // A clock that has been set may make the end of the session look past, or out of reach.
  const left = Math.min(Math.max((sessionEndsAt ?? never) - now, shortestLife), longestLife);
  return { expiresAt: now + left, tries: 0, since: now, rest: timeout };
}

/** @param chance a number from 0 to 1. */
export function nextTry({ expiresAt, tries }: LogoutTries, now: number, timeout: number, chance: number): LogoutTries {
  const gap = jittered(Math.min(firstGap * 2 ** tries, longestGap), chance);
  return { expiresAt, tries: tries + 1, since: now, rest: timeout + gap };
}

/** Whether the server has been asked often enough about a session that has ended by itself. */
export function isVain({ expiresAt, tries }: LogoutTries, now: number, wasAnswered: boolean): boolean {
  return now >= expiresAt && tries >= (wasAnswered ? leastTries : leastUnanswered);
}
