/** Timers in the order in which they fall due; those of one instant keep the order in which they were set. */
export interface TimerQueue {
  add(at: number, callback: () => void): () => void;
  nextAt(): number | null;
  /** Removes and returns the first timer due at or before `now`. */
  takeDue(now: number): { at: number; callback: () => void } | null;
}

export function createTimerQueue(onChange: () => void = () => {}): TimerQueue {
  let timers: { at: number; callback: () => void }[] = [];

  return {
    add(at, callback) {
      const timer = { at, callback };
      // Timers are few and mostly set near the end, so a scan from the back is the short way.
      let index = timers.length;
      while (index > 0 && (timers[index - 1]?.at ?? 0) > at) index -= 1;
      timers.splice(index, 0, timer);
      onChange();
      return () => {
        const remaining = timers.filter((other) => other !== timer);
        if (remaining.length === timers.length) return;
        timers = remaining;
        onChange();
      };
    },
    nextAt: () => timers[0]?.at ?? null,
    takeDue(now) {
      const first = timers[0];
      if (first === undefined || first.at > now) return null;
      timers.shift();
      return first;
    },
  };
}
