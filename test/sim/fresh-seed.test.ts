import { createAuthClient } from '@latchkey/client/core';
import { expect, it } from 'vitest';
import { describeFinding, search } from './search.ts';

// Beside fixed-seed.test.ts: two files run on two cores.
it('nobody is logged out by accident and nobody stays logged in by accident: 900 more programs, the same each time', async () => {
  const finding = await search({ createClient: createAuthClient, runs: 900, seed: 2 });
  expect(finding && describeFinding(finding)).toBe(null);
});

const seed = Math.floor(Math.random() * 0x7fffffff);

it(`nobody is logged out by accident and nobody stays logged in by accident: 100 new programs, seed ${seed}`, async () => {
  console.log(`simulation: seed ${seed}`);
  const finding = await search({ createClient: createAuthClient, runs: 100, seed });
  expect(finding && describeFinding(finding)).toBe(null);
});
