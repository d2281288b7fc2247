import { fairQueue, type Waiting } from './fair-queue.ts';

/** Lets tasks of one key run one after the other, and no more than `most` of all keys at once. */
export interface Turns {
  /**
   * Null, without running the task, when too many are waiting already. Of those that wait each `share` has its turn after one of each
   * other share, and those that come `first` before all others; where there is no more room, whoever has the most there gives way.
   */
  run<T>(key: string, task: () => Promise<T>, whose?: Partial<Waiting>): Promise<T | null>;
}

interface Place extends Waiting {
  /** Lets the task run, or sends it away. */
  readonly call: (isTurn: boolean) => void;
}

export function createTurns({ most, waiting }: { most: number; waiting: number }): Turns {
  const lastOf = new Map<string, Promise<unknown>>();
  const queue = fairQueue<Place>();
  let running = 0;
  /** Those that wait for one of the same key do not stand in the queue yet. */
  let behind = 0;

  function enter(whose: Waiting): Promise<boolean> {
    if (running < most) {
      running += 1;
      return Promise.resolve(true);
    }
    if (!hasRoomFor(whose)) return Promise.resolve(false);
    return new Promise((call) => queue.add({ ...whose, call }));
  }

  function hasRoomFor(whose: Waiting): boolean {
    if (queue.size < waiting) return true;
    const last = queue.makeRoomFor(whose);
    last?.call(false);
    return last !== undefined;
  }

  function leave(): void {
    const next = queue.next();
    if (next === undefined) running -= 1;
    else next.call(true);
  }

  async function inTurn<T>(task: () => Promise<T>, whose: Waiting): Promise<T | null> {
    if (!(await enter(whose))) return null;
    try {
      return await task();
    } finally {
      leave();
    }
  }

  return {
    async run(key, task, { share = '', first = false } = {}) {
      const before = lastOf.get(key);
      if (before !== undefined && behind >= waiting) return null;
      behind += 1;
      const mine = (before ?? Promise.resolve()).then(() => {
        behind -= 1;
        return inTurn(task, { share, first });
      });
      const settled = mine.catch(() => {});
      lastOf.set(key, settled);
      try {
        return await mine;
      } finally {
        if (lastOf.get(key) === settled) lastOf.delete(key);
      }
    },
  };
}
