import { expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

it.each([
  ['20m', 1_200_000],
  ['6d 23h', 601_200_000],
  ['91d', 7_862_400_000],
  ['1w', 604_800_000],
  ['1.5s', 1_500],
  ['250ms', 250],
  [' 1h  1m ', 3_660_000],
  [0, 0],
  [42, 42],
])('reads %j as %d ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

it.each(['', '20', 'm', '-5m', '5 m', '1y', '1h,2m', -1, Number.NaN, Number.POSITIVE_INFINITY])(
  'refuses %j',
  (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError);
  },
);
