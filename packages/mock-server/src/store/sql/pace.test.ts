import { expect, it } from 'vitest';
import { createPace } from './pace.ts';

/** How much was done in each of so many batches, when a piece takes so long. */
async function batches(count: number, spanOf: (pieces: number) => number, available = Number.POSITIVE_INFINITY) {
  let time = 0;
  const rest = async () => {};
  const pace = createPace({ span: 8, least: 10, most: 400, now: () => time, rest });
  const sizes: number[] = [];
  for (let batch = 0; batch < count; batch += 1) {
    await pace.run((most) => {
      const done = Math.min(most, available);
      time += spanOf(done);
      sizes.push(most);
      return { done };
    });
  }
  return sizes;
}

it('does so much at a time as takes the span, found step by step', async () => {
  const sizes = await batches(30, (pieces) => pieces * 0.1);
  expect(sizes[0]).toBe(10);
  expect(sizes.at(-1)).toBe(80);
  expect(Math.max(...sizes)).toBe(80);
});

it('does half as much after a batch that took too long, and never less than the least', async () => {
  const sizes = await batches(30, (pieces) => (pieces > 50 ? 100 : pieces * 0.1));
  expect(Math.max(...sizes)).toBeLessThan(70);
  expect(await batches(5, () => 1_000)).toEqual([10, 10, 10, 10, 10]);
});

it('does no more at a time because there was little to do', async () => {
  expect(await batches(20, () => 0.1, 3)).toEqual(Array.from({ length: 20 }, () => 10));
});

it('does no more than the most, however fast it goes', async () => {
  expect((await batches(40, () => 0.01)).at(-1)).toBe(400);
});

it('rests after a batch for twice as long as it took, at most twice the span, and not when there was nothing to do', async () => {
  let time = 0;
  const rests: number[] = [];
  const rest = async (delay: number) => void rests.push(delay);
  const pace = createPace({ span: 8, least: 10, most: 400, now: () => time, rest });
  for (const [took, done] of [
    [3, 10],
    [50, 10],
    [3, 0],
  ] as const) {
    await pace.run(() => {
      time += took;
      return { done };
    });
  }
  expect(rests).toEqual([6, 16]);
});
