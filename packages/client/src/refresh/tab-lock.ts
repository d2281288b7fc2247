import { NotSignedInError } from '../errors.ts';
import type { Tab } from '../storage/tab.ts';
import { pause } from '../waiting.ts';

/** Something to be done alone. Told whether it holds the lock; calls `keep` when it wrote what the next holder must see. */
export type LockedTask<T> = (exclusive: boolean, keep: () => void) => Promise<T>;

/**
 * Runs one task at a time over all tabs, as far as the browser can promise it: after a while of waiting, or without Web Locks,
 * runs it anyway. Everything must be right without it.
 */
export type TabLock = <T>(task: LockedTask<T>) => Promise<T>;

/**
 * How long the lock is kept after something was written, in milliseconds. A lock does not order localStorage between tabs: the
 * next holder may still read the old value for a few milliseconds after this tab has written the new one.
 */
const settling = 20;

/**
 * @param name of the lock, asked at every use.
 * @param timeout milliseconds to wait for the lock.
 */
export function createTabLock(tab: Tab, name: () => string, timeout: number): TabLock {
  const { setTimer, isDisposed } = tab;
  /** Set while this tab keeps the lock after its work: takes the next task under the same hold. */
  let takeOver: ((task: () => Promise<void>) => void) | null = null;

  const settle = async (): Promise<void> => {
    while (!isDisposed()) {
      const rest = pause(setTimer, settling);
      let next = null as (() => Promise<void>) | null;
      takeOver = (task) => {
        takeOver = null;
        next = task;
        rest.end();
      };
      await rest.over;
      takeOver = null;
      if (!next) return;
      await next();
    }
  };

  return <T>(task: LockedTask<T>) =>
    new Promise<T>((resolve, reject) => {
      let wrote = false;
      const work = async (exclusive: boolean): Promise<void> => {
        if (isDisposed())
          return reject(
            new NotSignedInError('This client has been disposed of. Make a new one with createAuthClient().'),
          );
        await task(exclusive, () => {
          wrote = true;
        }).then(resolve, reject);
      };
      if (takeOver) return takeOver(() => work(true));
      // The lock would only delay a client that has a session of its own under the same key.
      if (tab.isAlone()) return void work(true);
      const { locks } = tab;
      if (!locks) return void work(false);

      let started = false;
      const waiting = new AbortController();
      const start = async (exclusive: boolean): Promise<void> => {
        cancel();
        if (started) return;
        started = true;
        if (!exclusive) waiting.abort();
        await work(exclusive);
        if (exclusive && wrote) await settle();
      };
      // A lock that is refused, broken or never granted is as good as none.
      const without = (): void => void start(false);
      const cancel = setTimer(without, timeout);
      try {
        locks.request(name(), { signal: waiting.signal }, () => start(true)).catch(without);
      } catch {
        without();
      }
    });
}
