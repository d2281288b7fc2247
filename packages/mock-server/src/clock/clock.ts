import { type Duration, parseDuration } from './duration.ts';
import { createTimerQueue, type TimerQueue } from './timer-queue.ts';

/** The server's time. A client on the same clock (see `platformOf`) lives through three months in milliseconds. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once, `delay` milliseconds of this clock from now. Returns the function that cancels it. */
  setTimer(callback: () => void, delay: number): () => void;
  /**
   * Moves time forward and fires every timer that falls due on the way, in order, each at its own time, before it returns.
   * Timers set by those callbacks fire too when they fall due. Promises settled by callbacks run on only after `advance`.
   *
   * @example clock.advance('6d 23h');
   * @throws RangeError for a duration that cannot be read or is negative.
   */
  advance(by: Duration): void;
}

/** setTimeout fires at once for anything longer. */
const longestTimeout = 2 ** 31 - 1;

/** A clock that stands still until it is advanced. `start` is epoch milliseconds, by default noon (UTC) on 1 January 2026. */
export function manualClock(start: number = Date.UTC(2026, 0, 1, 12)): Clock {
  const timers = createTimerQueue();
  let current = start;
  const stepTo = (instant: number) => {
    current = Math.max(current, instant);
  };
  return {
    now: () => current,
    setTimer: (callback, delay) => timers.add(current + Math.max(0, delay), callback),
    advance: (by) => runThrough(timers, current + parseDuration(by), stepTo),
  };
}

/** A clock that ticks with real time, plus all it was advanced by. Its timers never keep a process alive. */
export function runningClock(): Clock {
  const timers = createTimerQueue(() => rearm());
  let offset = 0;
  let steppedTo: number | null = null;
  let alarm: ReturnType<typeof setTimeout> | undefined;

  const now = () => steppedTo ?? Date.now() + offset;

  function rearm(): void {
    clearTimeout(alarm);
    const next = timers.nextAt();
    if (next === null || steppedTo !== null) return;
    alarm = setTimeout(ring, Math.min(Math.max(0, next - now()), longestTimeout));
    (alarm as { unref?: () => void }).unref?.();
  }

  function ring(): void {
    try {
      fireDue(timers, now);
    } finally {
      rearm();
    }
  }

  return {
    now,
    setTimer: (callback, delay) => timers.add(now() + Math.max(0, delay), callback),
    advance(by) {
      const outermost = steppedTo === null;
      const target = now() + parseDuration(by);
      steppedTo = now();
      try {
        runThrough(timers, target, (instant) => {
          steppedTo = Math.max(steppedTo ?? instant, instant);
        });
      } finally {
        if (outermost) {
          offset = (steppedTo ?? target) - Date.now();
          steppedTo = null;
          rearm();
        }
      }
    },
  };
}

function runThrough(timers: TimerQueue, target: number, stepTo: (instant: number) => void): void {
  const failures: unknown[] = [];
  for (let timer = timers.takeDue(target); timer !== null; timer = timers.takeDue(target)) {
    stepTo(timer.at);
    try {
      timer.callback();
    } catch (failure) {
      failures.push(failure);
    }
  }
  stepTo(target);
  // One throwing callback must not keep the others from their time.
  if (failures.length > 0) throw failures[0];
}

function fireDue(timers: TimerQueue, now: () => number): void {
  for (let timer = timers.takeDue(now()); timer !== null; timer = timers.takeDue(now())) timer.callback();
}
