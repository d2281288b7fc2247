import { NotSignedInError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import { pause } from '../waiting.ts';

/** One task at a time over all tabs, as far as the browser can promise it. Everything must be right without it. */
export interface TabLock {
  /**
   * Runs `task` under the lock; after `timeout` milliseconds of waiting, or without Web Locks, runs it anyway.
   * @param task told whether it holds the lock; calls `keep` when it has written something that the next holder must see.
   */
  run<T>(task: (exclusive: boolean, keep: () => void) => Promise<T>): Promise<T>;
}

export interface TabLockOptions {
  readonly platform: Pick<Platform, 'locks' | 'setTimer'>;
  readonly name: string;
  /** Milliseconds to wait for the lock. */
  readonly timeout: number;
  /** Once true, nothing new begins. */
  readonly isDisposed: () => boolean;
}

/**
 * How long the lock is kept after something was written, in milliseconds. A lock does not order localStorage between tabs: the
 * next holder may still read the old value for a few milliseconds after this tab has written the new one.
 */
const settling = 20;

export function createTabLock({ platform, name, timeout, isDisposed }: TabLockOptions): TabLock {
  /** Set while this tab keeps the lock after its work: takes the next task under the same hold. */
  let takeOver: ((task: () => Promise<void>) => void) | null = null;

  const settle = async (): Promise<void> => {
    while (!isDisposed()) {
      const rest = pause(platform.setTimer, settling);
      let next: (() => Promise<void>) | null = null;
      takeOver = (task) => {
        takeOver = null;
        next = task;
        rest.end();
      };
      await rest.over;
      takeOver = null;
      const task = next as (() => Promise<void>) | null;
      if (!task) return;
      await task();
    }
  };

  return {
    run<T>(task: (exclusive: boolean, keep: () => void) => Promise<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        let wrote = false;
        const keep = (): void => {
          wrote = true;
        };
        const work = (exclusive: boolean): Promise<void> => task(exclusive, keep).then(resolve, reject);
        if (takeOver) return takeOver(() => work(true));
        const { locks } = platform;
        if (!locks) return void work(false);

        let started = false;
        const waiting = new AbortController();
        // A lock that is refused, broken or never granted is as good as none.
        const without = (): void => {
          cancel();
          if (started) return;
          started = true;
          waiting.abort();
          if (isDisposed()) reject(new NotSignedInError('The client has been disposed of.'));
          else void work(false);
        };
        const cancel = platform.setTimer(without, timeout);
        const held = async (): Promise<void> => {
          if (started) return;
          started = true;
          cancel();
          await work(true);
          if (wrote) await settle();
        };
        try {
          locks.request(name, { signal: waiting.signal }, held).catch(without);
        } catch {
          without();
        }
      });
    },
  };
}
