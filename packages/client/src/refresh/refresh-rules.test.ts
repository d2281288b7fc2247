import { expect, it } from 'vitest';
import { coolDown, idleGap, quickPause } from './refresh-rules.ts';

it('cools down for longer with every failure, up to half a minute, within a quarter of jitter', () => {
  expect([1, 2, 3, 4, 5, 6, 50].map((failures) => coolDown(failures, undefined, 0.5))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ]);
  expect(coolDown(1, undefined, 0)).toBe(750);
  expect(coolDown(1, undefined, 1)).toBe(1250);
});

it('takes Retry-After as it is, but never longer than an hour, and never for none at all', () => {
  expect(coolDown(1, 120_000, 0.9)).toBe(120_000);
  expect(coolDown(1, 0, 0.5)).toBe(1000);
  expect(coolDown(1, 10 ** 12, 0.9)).toBe(3_600_000);
});

it('lets an idle tab knock ever more rarely, up to a quarter of an hour', () => {
  expect([1, 4, 5, 6, 7, 30].map(idleGap)).toEqual([0, 0, 60_000, 120_000, 240_000, 900_000]);
});

it('tries a network that is away again after a quarter of a second, then after one', () => {
  expect([quickPause(0, 0.5), quickPause(1, 0.5)]).toEqual([250, 1000]);
});
