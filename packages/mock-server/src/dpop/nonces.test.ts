import { expect, it } from 'vitest';
import { systemRandom } from '../tokens/random.ts';
import { createNonces, noncePeriod } from './nonces.ts';

const now = Date.UTC(2026, 0, 1);

it('a nonce is accepted for a period after there is a new one, and then no more', async () => {
  const nonces = createNonces(systemRandom(32));
  const old = await nonces.fresh(now);
  expect(await nonces.accepted(now)).toContain(old);
  expect(await nonces.fresh(now + noncePeriod)).not.toBe(old);
  expect(await nonces.accepted(now + 2 * noncePeriod - 1)).toContain(old);
  expect(await nonces.accepted(now + 2 * noncePeriod)).not.toContain(old);
});

it('servers with one secret agree, others do not', async () => {
  const secret = systemRandom(32);
  const [one, two, other] = [createNonces(secret), createNonces(secret), createNonces(systemRandom(32))];
  expect(await two.accepted(now)).toContain(await one.fresh(now));
  expect(await other.accepted(now)).not.toContain(await one.fresh(now));
});

it('a short secret is refused', () => {
  expect(() => createNonces(systemRandom(31))).toThrow(RangeError);
});
