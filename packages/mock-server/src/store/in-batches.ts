/**
 * Repeats `batch` until it finds nothing more to do, and leaves as much time between two as each took: half of the time is for
 * requests. Returns the sum of what it returned.
 */
export async function inBatches(batch: () => Promise<number>): Promise<number> {
  for (let sum = 0; ; ) {
    const start = performance.now();
    const count = await batch();
    if (count === 0) return sum;
    sum += count;
    await pause(performance.now() - start);
  }
}

const pause = (span: number) => new Promise<void>((resolve) => setTimeout(resolve, span));
