import { createAuthClient } from '@latchkey/client/core';
import { expect, it } from 'vitest';
import { describeFinding, search } from './search.ts';

it('nobody is logged out by accident and nobody stays logged in by accident: 1,000 programs, the same each time', async () => {
  const finding = await search({ createClient: createAuthClient, runs: 1_000, seed: 1 });
  expect(finding && describeFinding(finding)).toBe(null);
});
