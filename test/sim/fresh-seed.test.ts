import { createAuthClient } from '@latchkey/client/core';
import { expect, it } from 'vitest';
import { describeFinding, search } from './search.ts';

const seed = Math.floor(Math.random() * 0x7fffffff);

it(`nobody is logged out by accident and nobody stays logged in by accident: 1,000 new programs, seed ${seed}`, async () => {
  console.log(`simulation: seed ${seed}`);
  const finding = await search({ createClient: createAuthClient, runs: 1_000, seed });
  expect(finding && describeFinding(finding)).toBe(null);
});
