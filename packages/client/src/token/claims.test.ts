import { expect, it } from 'vitest';
import { readClaims } from './claims.ts';

const token = (payload: unknown) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.x`;

it('reads names in any script, at every padding length (X4)', () => {
  for (const name of ['João', '使', '贾翼', '👩‍🚀', '???>>>~~~', '--__', 'a', 'ab', 'abc', 'abcd']) {
    for (const more of ['', 'x', 'xx', 'xxx']) expect(readClaims(token({ name, more }))).toEqual({ name, more });
  }
});

it('gives null for whatever is no JWT, and never throws (X4)', () => {
  for (const odd of ['', 'opaque', 'a.b', 'a.b.c', '...', token('text'), token(5), token(null), token([1])]) {
    expect(readClaims(odd)).toBeNull();
  }
});

it('gives claims that cannot be changed', () => {
  expect(Object.isFrozen(readClaims(token({ sub: 'ada' })))).toBe(true);
});
