import { expect, test } from 'vitest';
import { fraction, spansOf } from './picture.ts';

const times = { savedAt: 1_000, accessExpiresAt: 2_000, refreshableUntil: null, sessionEndsAt: 90_000, clockSkew: 0 };

test('a lapsed session still shows the times it had', () => {
  const lapsed = { status: 'lapsed', reason: 'window-passed', sessionId: 's', claims: null } as const;
  expect(spansOf(lapsed, times, 80_000)).toEqual({ access: [1_000, 2_000], week: null, months: [10_000, 90_000] });
});

test('nobody signed in shows nothing, whatever is stored', () => {
  const nothing = { access: null, week: null, months: null };
  expect(spansOf({ status: 'signed-out', reason: null }, times, 80_000)).toEqual(nothing);
});

test.each([
  [0, 0],
  [15, 0.5],
  [99, 1],
])('%d is %d of the way from 10 to 20', (at, share) => {
  expect(fraction(at, [10, 20])).toBe(share);
});

test('a span that has no length is over', () => {
  expect(fraction(5, [10, 10])).toBe(1);
});
