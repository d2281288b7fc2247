import { expect, it } from 'vitest';
import { shardedMap } from './sharded-map.ts';

it('is a map', () => {
  const map = shardedMap<number>();
  for (const [index, key] of ['', 'a', 'b', 'family-1', 'family-10'].entries()) map.set(key, index);
  map.set('a', 7);
  map.delete('b');
  expect([map.get(''), map.get('a'), map.get('b'), map.has('family-10'), map.has('c')]).toEqual([
    0,
    7,
    undefined,
    true,
    false,
  ]);
  expect([...map.values()].sort()).toEqual([0, 3, 4, 7]);
  map.clear();
  expect([...map.values()]).toEqual([]);
});
