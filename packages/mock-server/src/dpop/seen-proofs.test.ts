import { expect, it } from 'vitest';
import { proofLifetime } from './proof-checks.ts';
import { createSeenProofs } from './seen-proofs.ts';

const proof = { deviceKey: 'thumbprint', id: 'one' };

it('a proof is good once for as long as it could be good', () => {
  const seen = createSeenProofs();
  expect(seen.claim(proof, 0)).toBe(true);
  expect(seen.claim(proof, 0)).toBe(false);
  expect(seen.claim(proof, proofLifetime)).toBe(false);
  expect(seen.claim(proof, proofLifetime + 1)).toBe(true);
});

it('two keys may use the same id', () => {
  const seen = createSeenProofs();
  expect(seen.claim(proof, 0)).toBe(true);
  expect(seen.claim({ ...proof, deviceKey: 'another' }, 0)).toBe(true);
});

it('a flood makes the oldest forgotten, and nothing else', () => {
  const seen = createSeenProofs();
  for (let count = 0; count <= 100_000; count += 1) seen.claim({ ...proof, id: String(count) }, 0);
  expect(seen.claim({ ...proof, id: '100000' }, 0)).toBe(false);
  expect(seen.claim({ ...proof, id: '1000' }, 0)).toBe(false);
  expect(seen.claim({ ...proof, id: '0' }, 0)).toBe(true);
});
