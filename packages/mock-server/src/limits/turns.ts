/** Lets tasks of one key run one after the other, and no more than `most` of all keys at once. */
export interface Turns {
  /** Null, without running the task, when too many are waiting already. */
  run<T>(key: string, task: () => Promise<T>): Promise<T | null>;
}

export function createTurns({ most, waiting }: { most: number; waiting: number }): Turns {
  const lastOf = new Map<string, Promise<unknown>>();
  const queue: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running >= most) await new Promise<void>((resolve) => queue.push(resolve));
    else running += 1;
  };
  const leave = (): void => {
    const next = queue.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return {
    async run(key, task) {
      if (queue.length >= waiting) return null;
      const before = lastOf.get(key) ?? Promise.resolve();
      const mine = before.then(async () => {
        await enter();
        try {
          return await task();
        } finally {
          leave();
        }
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
