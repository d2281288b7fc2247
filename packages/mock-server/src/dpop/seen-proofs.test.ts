import { expect, it } from 'vitest';
import { proofLifetime } from './proof-checks.ts';
import { createSeenProofs } from './seen-proofs.ts';

/*
 * Kind: what is remembered for safety is forgotten when somebody sends enough, and is then believed a second time.
 */

const proof = { deviceKey: 'thumbprint', id: 'one' };

/** As many as there is room for, by as many keys as that takes. */
function flood(seen: ReturnType<typeof createSeenProofs>, now: number): void {
  for (let count = 0; count < 100_000; count += 1) {
    seen.claim({ deviceKey: `flood ${count % 20}`, id: String(count) }, now);
  }
}

it('a proof is good once for as long as it could be good', () => {
  const seen = createSeenProofs();
  expect(seen.claim(proof, 0)).toBe('fresh');
  expect(seen.claim(proof, 0)).toBe('used');
  expect(seen.claim(proof, proofLifetime)).toBe('used');
  expect(seen.claim(proof, proofLifetime + 1)).toBe('fresh');
});

it('two keys may use the same id', () => {
  const seen = createSeenProofs();
  expect(seen.claim(proof, 0)).toBe('fresh');
  expect(seen.claim({ ...proof, deviceKey: 'another' }, 0)).toBe('fresh');
});

it('a flood makes no used proof good again: what there is no room for is not taken (OX18)', () => {
  const seen = createSeenProofs();
  seen.claim(proof, 0);
  flood(seen, 0);
  expect(seen.claim(proof, 0)).toBe('used');
  expect(seen.claim({ deviceKey: 'flood 1', id: '1' }, 0)).toBe('used');
  expect(seen.claim({ ...proof, id: 'two' }, 0)).toBe('no-room');
  expect(seen.claim(proof, proofLifetime)).toBe('used');
  expect(seen.claim({ ...proof, id: 'two' }, proofLifetime + 1)).toBe('fresh');
});

it('one key takes no room of the others (OX18)', () => {
  const seen = createSeenProofs();
  for (let count = 0; count < 50_000; count += 1) seen.claim({ ...proof, id: String(count) }, 0);
  expect(seen.claim({ ...proof, id: '0' }, 0)).toBe('used');
  expect(seen.claim({ ...proof, id: 'another' }, 0)).toBe('no-room');
  expect(seen.claim({ ...proof, deviceKey: 'another' }, 0)).toBe('fresh');
});

it('what came with nothing anybody knows takes no room (OX18)', () => {
  const seen = createSeenProofs();
  for (let count = 0; count < 20_000; count += 1) {
    const unknown = { ...proof, id: String(count) };
    expect(seen.claim(unknown, 0)).toBe('fresh');
    seen.release(unknown);
  }
  seen.release(proof);
  expect(seen.claim(proof, 0)).toBe('fresh');
});

it('a clock that is set back makes no used proof good again (OX18)', () => {
  const seen = createSeenProofs();
  seen.claim(proof, 1_000_000);
  seen.claim({ ...proof, id: 'two' }, 0);
  expect(seen.claim(proof, 1_000)).toBe('used');
  expect(seen.claim(proof, 1_000_000 + proofLifetime)).toBe('used');
});
