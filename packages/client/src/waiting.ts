import type { Platform } from './platform.ts';

type SetTimer = Platform['setTimer'];

/** Timers that can all be brought to their end at once. */
export interface Timers {
  readonly setTimer: SetTimer;
  /** Everything that is set calls back now, and so does whatever is set from now on. */
  endAll(): void;
}

export function createTimers(setTimer: SetTimer): Timers {
  const pending = new Set<() => void>();
  let ended = false;
  return {
    setTimer(callback, delay) {
      const cancel = (): void => {
        stop();
        pending.delete(fire);
      };
      const fire = (): void => {
        cancel();
        callback();
      };
      const stop = setTimer(fire, ended ? 0 : delay);
      pending.add(fire);
      return cancel;
    },
    endAll() {
      ended = true;
      for (const fire of [...pending]) fire();
    },
  };
}

/** A pause that can be cut short. */
export interface Pause {
  readonly over: Promise<void>;
  isOver: boolean;
  end(): void;
}

export function pause(setTimer: SetTimer, delay: number): Pause {
  const rest = { isOver: false } as Pause & { over: Promise<void> };
  rest.over = new Promise((resolve) => {
    rest.end = () => {
      cancel();
      rest.isOver = true;
      resolve();
    };
    const cancel = setTimer(() => rest.end(), delay);
  });
  return rest;
}

/** The answer, or `undefined` once `delay` milliseconds have passed. The work itself goes on. */
export async function within<T>(setTimer: SetTimer, delay: number, work: Promise<T>): Promise<T | undefined> {
  const limit = pause(setTimer, delay);
  try {
    return await Promise.race([work, limit.over as Promise<undefined>]);
  } finally {
    limit.end();
  }
}

/** Stops waiting, and only that, when the caller's signal aborts. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A time in which nothing is tried: `rest` milliseconds from `since` on. */
export interface Rest {
  readonly since: number;
  readonly rest: number;
}

/** By how much the clocks of two tabs may differ, in milliseconds; a clock that is further behind has been set back. */
const slack = 60_000;

/** Milliseconds left of it; none when the clock has been set back to before it began. Pure. */
export function remaining({ since, rest }: Rest, now: number): number {
  return now < since - slack ? 0 : Math.max(0, since + rest - now);
}
