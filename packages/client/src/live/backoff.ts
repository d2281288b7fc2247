import type { LiveOptions } from './live-client.ts';

const longestWait = 30_000;

/** A browser's timer fires at once where it is longer. */
const longestDelay = 2 ** 31 - 1;

/** How long a connection must have lasted to count as a success, in milliseconds. */
const stableAfter = 10_000;

export interface Backoff {
  /** The next connection is open; returns what to call when it is gone. */
  opened(): () => void;
  /** Whether the last connection was a success. */
  readonly lasted: boolean;
  /**
   * A second, doubled each time up to 30 seconds, less up to half of it by chance: a crowd must not come back at once.
   * @param least milliseconds that the server asked for.
   */
  pause(signal: AbortSignal, least?: number): Promise<void>;
}

const browserTimer: NonNullable<LiveOptions['setTimer']> = (callback, delay) => {
  const id = setTimeout(callback, delay);
  return () => clearTimeout(id);
};

export function createBackoff(setTimer: LiveOptions['setTimer'] = browserTimer): Backoff {
  let failures = 0;
  return {
    get lasted() {
      return failures === 0;
    },
    opened: () =>
      setTimer(() => {
        failures = 0;
      }, stableAfter),
    pause: (signal, least = 0) =>
      new Promise((resolve) => {
        const own = Math.min(longestWait, 1000 * 2 ** failures++) * (1 - Math.random() / 2);
        const delay = Math.min(longestDelay, Math.max(own, least));
        const finish = (): void => {
          cancel();
          signal.removeEventListener('abort', finish);
          resolve();
        };
        const cancel = setTimer(finish, delay);
        signal.addEventListener('abort', finish);
      }),
  };
}
