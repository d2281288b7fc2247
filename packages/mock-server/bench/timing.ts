/** What one after another and many at once took, in milliseconds. */
export interface Timing {
  readonly times: readonly number[];
  /** How many were done per second, sixteen at a time. */
  readonly perSecond: number;
}

const atOnce = 16;

/** Does half of the work piece by piece, for the time of each, and half of it sixteen at a time, for the throughput. */
export async function timed<T>(pieces: readonly T[], work: (piece: T) => Promise<void>): Promise<Timing> {
  const half = Math.floor(pieces.length / 2);
  const times: number[] = [];
  for (const piece of pieces.slice(0, half)) {
    const start = performance.now();
    await work(piece);
    times.push(performance.now() - start);
  }
  const rest = pieces.slice(half);
  const waiting = rest[Symbol.iterator]();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = waiting.next(); !next.done; next = waiting.next()) await work(next.value);
    }),
  );
  return { times, perSecond: (rest.length * 1_000) / (performance.now() - start) };
}

export function quantile(times: readonly number[], q: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, next) => sum + next, 0) / numbers.length;

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
