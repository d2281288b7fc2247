import { expect, it } from 'vitest';
import { createAllowance } from './allowance.ts';

const drain = (take: () => number) => {
  let taken = 0;
  while (take() === 0) taken += 1;
  return taken;
};

it('gives so many at once, says when the next one comes, and keeps the word', () => {
  const allowance = createAllowance({ most: 60, per: 60_000 });
  expect(drain(() => allowance.take('a', 0))).toBe(60);
  expect(allowance.take('a', 400)).toBe(600);
  expect(allowance.take('a', 1_000)).toBe(0);
  expect(allowance.take('a', 1_000)).toBe(1_000);
  expect(drain(() => allowance.take('a', 61_000))).toBe(60);
});

it('counts for each key alone', () => {
  const allowance = createAllowance({ most: 1, per: 1_000 });
  expect([allowance.take('a', 0), allowance.take('b', 0), allowance.take('a', 0)]).toEqual([0, 0, 1_000]);
});

it.each([
  [0, 0],
  [Number.POSITIVE_INFINITY, 1_000],
])('with %s it gives %s of a thousand', (most, given) => {
  const allowance = createAllowance({ most, per: 60_000 });
  const waits = Array.from({ length: 1_000 }, () => allowance.take('a', 0));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(given);
  expect(Math.max(...waits)).toBe(given === 0 ? 60_000 : 0);
});
