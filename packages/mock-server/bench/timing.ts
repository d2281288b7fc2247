/** What a stretch of requests took, in milliseconds: each of them, and all together. */
export interface Stretch {
  readonly times: readonly number[];
  readonly elapsed: number;
}

/** Works through all pieces, so many at a time. */
export async function timed<T>(
  pieces: readonly T[],
  atOnce: number,
  work: (piece: T) => Promise<void>,
): Promise<Stretch> {
  const times: number[] = [];
  const waiting = pieces[Symbol.iterator]();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = waiting.next(); !next.done; next = waiting.next()) {
        const start = performance.now();
        await work(next.value);
        times.push(performance.now() - start);
      }
    }),
  );
  return { times, elapsed: performance.now() - started };
}

export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);

export const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
