import { expect, it } from 'vitest';
import { boundedMap } from './bounded-map.ts';

it('the oldest entry makes room, and what is set anew is the newest', () => {
  const map = boundedMap<number>({ most: 2 });
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
});

it('whoever has the most makes room, and nobody has more than a share (OX6)', () => {
  const map = boundedMap<number>({ most: 6, mostOfShare: 4, shareOf: (key) => key[0] ?? '' });
  map.set('owner', 0);
  for (let n = 0; n < 100; n += 1) map.set(`a${n}`, n);
  for (let n = 0; n < 100; n += 1) map.set(`b${n}`, n);
  expect(map.get('owner')).toBe(0);
  const kept = ['a', 'b'].map((share) =>
    Array.from({ length: 100 }, (_, n) => map.get(`${share}${n}`)).filter((n) => n !== undefined),
  );
  expect(kept[0]?.length).toBeGreaterThan(1);
  expect(kept[1]?.at(-1)).toBe(99);
  map.delete('owner');
  expect(map.get('owner')).toBeUndefined();
  map.clear();
  expect(map.get('b99')).toBeUndefined();
});

it('it stays quick when it is full', () => {
  const map = boundedMap<number>({ most: 1_000, shareOf: (key) => key.slice(-2) });
  for (let n = 0; n < 50_000; n += 1) map.set(`key ${n}`, n);
  expect(map.get('key 49999')).toBe(49_999);
});
