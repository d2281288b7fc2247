import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { RefreshUnavailableError } from '../errors.ts';
import type { SessionSnapshot } from '../types.ts';
import { lineOf } from './event-list.ts';

const before: SessionSnapshot = {
  status: 'signed-in',
  sessionId: 'session-1',
  claims: null,
  accessExpiresAt: 100_000,
  refreshableUntil: Number.POSITIVE_INFINITY,
  sessionEndsAt: Number.POSITIVE_INFINITY,
  expiring: false,
};
const refreshed = { type: 'token-refreshed', origin: 'this-tab', sessionId: 'session-1' } as const;

test.each([
  [10_000, 'asked for, or refused by the API'],
  [50_000, 'the access token was about to expire'],
  [100_000, 'the access token had expired'],
])('a refresh at %d says why: %s', (at, why) => {
  expect(lineOf(refreshed, before, at, 60_000).facts).toBe(why);
});

test('a failed refresh shows the chain of causes by code and name', () => {
  const error = new RefreshUnavailableError('no', { cause: new TypeError('Failed to fetch') });
  const line = lineOf({ type: 'refresh-failed', origin: 'this-tab', error }, before, 0, 0);
  expect(line.facts).toBe('ERR_REFRESH_UNAVAILABLE ← TypeError');
});

test('an error of another realm is shown like one of this one (OC1)', () => {
  const cause = runInNewContext('new RangeError("of another frame", { cause: new SyntaxError("x") })') as Error;
  const error = new RefreshUnavailableError('no', { cause });
  const line = lineOf({ type: 'refresh-failed', origin: 'this-tab', error }, before, 0, 0);
  expect(line.facts).toBe('ERR_REFRESH_UNAVAILABLE ← RangeError ← SyntaxError');
});

test('the end of a session shows its reason', () => {
  const ended = { type: 'signed-out', origin: 'other-tab', reason: 'revoked' } as const;
  expect(lineOf(ended, before, 7, 0)).toEqual({ at: 7, type: 'signed-out', origin: 'other-tab', facts: 'revoked' });
});
