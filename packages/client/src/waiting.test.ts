import { expect, it } from 'vitest';
import { remaining } from './waiting.ts';

it('a rest lasts as long as it says, and is over at once when the clock is set back to well before its beginning, but not by another tab whose clock is a little behind', () => {
  expect(remaining({ since: 2000, rest: 3000 }, 2000)).toBe(3000);
  expect(remaining({ since: 2000, rest: 3000 }, 4500)).toBe(500);
  expect(remaining({ since: 2000, rest: 3000 }, 9000)).toBe(0);
  expect(remaining({ since: 2000, rest: 3000 }, 1999)).toBe(3001);
  expect(remaining({ since: 2000, rest: 3000 }, 2000 - 60_001)).toBe(0);
});
