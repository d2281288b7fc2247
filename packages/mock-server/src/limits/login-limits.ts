import { minute } from '../clock/duration.ts';
import { createAttemptLimits } from './attempt-limits.ts';

/** Whose password is tried, and from where; a mount that knows no addresses makes of all clients one. */
export interface LoginAttempt {
  readonly username: string;
  readonly address: string | undefined;
}

/** Slows guessing down without keeping the owner out. */
export interface LoginLimits {
  /** Milliseconds until this attempt may be looked at; 0 when it may now. */
  waitFor(attempt: LoginAttempt, now: number): number;
  failed(attempt: LoginAttempt, now: number): void;
  succeeded(attempt: LoginAttempt): void;
  clear(): void;
}

const mostPromises = 10_000;

/**
 * Three counts of wrong passwords. One address with one account waits up to a quarter of an hour: only itself. One address with
 * any accounts does, too. One account from all addresses together waits a minute at most, and who was told when to come back is
 * looked at then, whatever others have done meanwhile: however many guess, they cannot keep the owner out.
 */
export function createLoginLimits(): LoginLimits {
  const perAccountAndAddress = createAttemptLimits({ free: 5 });
  const perAddress = createAttemptLimits({ free: 50 });
  const perAccount = createAttemptLimits({ free: 20, longestWait: minute });
  /** When whoever had to wait for others may come back. */
  const promises = new Map<string, number>();

  const nameOf = ({ username, address }: LoginAttempt) => `${username}\n${address ?? ''}`;

  function waitForOthers(attempt: LoginAttempt, now: number): number {
    const promised = promises.get(nameOf(attempt));
    if (promised !== undefined) return Math.max(0, promised - now);
    const wait = perAccount.waitFor(attempt.username, now);
    if (wait > 0) promise(nameOf(attempt), now + wait);
    return wait;
  }

  function promise(name: string, instant: number): void {
    promises.set(name, instant);
    const oldest = promises.keys().next().value;
    if (promises.size > mostPromises && oldest !== undefined) promises.delete(oldest);
  }

  return {
    waitFor(attempt, now) {
      const own = perAccountAndAddress.waitFor(nameOf(attempt), now);
      if (attempt.address === undefined) return own;
      const wait = Math.max(own, perAddress.waitFor(attempt.address, now));
      return wait > 0 ? wait : waitForOthers(attempt, now);
    },
    failed(attempt, now) {
      promises.delete(nameOf(attempt));
      perAccountAndAddress.failed(nameOf(attempt), now);
      if (attempt.address === undefined) return;
      perAddress.failed(attempt.address, now);
      perAccount.failed(attempt.username, now);
    },
    succeeded(attempt) {
      promises.delete(nameOf(attempt));
      perAccountAndAddress.succeeded(nameOf(attempt));
    },
    clear() {
      for (const memory of [perAccountAndAddress, perAddress, perAccount, promises]) memory.clear();
    },
  };
}
