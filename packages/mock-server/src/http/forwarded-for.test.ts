import { expect, it } from 'vitest';
import { forwardedFor } from './forwarded-for.ts';

it.each([
  ['198.51.100.7', 1, '198.51.100.7'],
  ['made, up, 198.51.100.7', 1, '198.51.100.7'],
  ['made up, 198.51.100.7, 10.0.0.1', 2, '198.51.100.7'],
  ['198.51.100.7', 2, null],
  ['198.51.100.7', 0, null],
  [undefined, 1, null],
  ['', 1, null],
  ['198.51.100.7:5123', 1, '198.51.100.7'],
  ['[2001:db8::7]:5123', 1, '2001:db8::7'],
  ['2001:db8::7', 1, '2001:db8::7'],
])('%j behind %i proxies is %j', (header, proxies, address) => {
  expect(forwardedFor(header, proxies)).toBe(address);
});
