import type { Clock } from '../clock/clock.ts';
import type { Policy } from '../policy.ts';
import { inBatches } from './in-batches.ts';
import type { SessionStore } from './session-store.ts';

/** Erases successors when nobody may ask for them any more. Returns what to call when one was kept. */
export function createSuccessorSweeps(parts: {
  clock: Clock;
  store: SessionStore;
  policy: Policy;
}): (kept: { bound: boolean }) => void {
  const { replayWindow, dpopReplayWindow } = parts.policy;
  const sweepUnbound = createSuccessorSweep({ ...parts, replayWindow, bound: false });
  const sweepBound = createSuccessorSweep({ ...parts, replayWindow: dpopReplayWindow, bound: true });
  return ({ bound }) => (bound ? sweepBound() : sweepUnbound());
}

function createSuccessorSweep({
  clock,
  store,
  replayWindow,
  bound,
}: {
  clock: Clock;
  store: SessionStore;
  replayWindow: number;
  /** Whether it sweeps after bound tokens or after the others. */
  bound: boolean;
}): () => void {
  const batch = 500;
  let lastKeptAt = 0;
  let armed = false;

  function arm(): void {
    armed = true;
    clock.setTimer(sweep, replayWindow + 1);
  }

  function sweep(): void {
    armed = false;
    const before = clock.now() - replayWindow;
    if (lastKeptAt >= before) arm();
    // A store that fails now is swept again by the next purge.
    void inBatches(() => store.eraseSuccessors(before, batch, bound)).catch(() => {});
  }

  return () => {
    lastKeptAt = clock.now();
    if (!armed) arm();
  };
}
