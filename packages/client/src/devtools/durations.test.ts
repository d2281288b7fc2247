import { expect, test } from 'vitest';
import { inShort, inWords } from './durations.ts';

test.each([
  [-5, '0 s'],
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [1_198_000, '19 min 58 s'],
  [7 * 86_400_000 - 1, '6 d 23 h'],
  [90 * 86_400_000, '90 d'],
])('what is left of %d ms is said as "%s"', (milliseconds, words) => {
  expect(inShort(milliseconds)).toBe(words);
});

test.each([
  [1_200_000, '20 minutes'],
  [604_800_000, '7 days'],
  [90 * 86_400_000, '90 days'],
  [3_600_000, '1 hour'],
  [30_000, '30 seconds'],
])('a length of %d ms is said as "%s"', (milliseconds, words) => {
  expect(inWords(milliseconds)).toBe(words);
});
