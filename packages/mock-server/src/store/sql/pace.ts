/** How much longer than the work the pause after it is. */
const restShare = 2;

export interface Pace {
  /** Does as many pieces of work as should fit into the span, going by how long the last ones took. */
  run<T extends { readonly done: number }>(work: (most: number) => T | Promise<T>): Promise<T>;
}

/**
 * How much housekeeping to do at a time, so that a request which comes meanwhile hardly waits: on a fast machine more than on a
 * slow one, and less while the disk is busy.
 */
export function createPace({
  span,
  least,
  most,
  now = () => performance.now(),
  rest = (delay) => new Promise((resolve) => void setTimeout(resolve, delay)),
}: {
  /** Milliseconds. */
  span: number;
  least: number;
  most: number;
  now?: () => number;
  rest?: (delay: number) => Promise<void>;
}): Pace {
  let pieces = least;
  return {
    async run(work) {
      const start = now();
      const result = await work(Math.floor(pieces));
      const took = now() - start;
      const fitting = span / took;
      // Little work that went fast says nothing about how long much would take.
      const change = result.done < pieces / 2 ? Math.min(1, fitting) : fitting;
      pieces = within(least, pieces * within(1 / 2, change, 5 / 4), most);
      // The disk, too, has to catch up.
      if (result.done > 0) await rest(Math.min(took, span) * restShare);
      return result;
    },
  };
}

const within = (least: number, number: number, most: number): number => Math.max(least, Math.min(number, most));
