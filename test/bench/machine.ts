import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** The share of its time that a machine with nothing to do is busy. */
export const rest = 0.1;

/** The share of the next milliseconds for which the processors are busy. */
export async function busyFor(milliseconds: number): Promise<number> {
  const before = spent();
  await pause(milliseconds);
  const after = spent();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

/** Resolves when what came before, such as the start of twenty pages, keeps the processors busy no longer. */
export async function machineAtRest(): Promise<void> {
  for (const until = Date.now() + 3_000; Date.now() < until; ) if ((await busyFor(100)) <= rest) return;
}

function spent(): { idle: number; all: number } {
  const times = cpus().map(({ times }) => times);
  const all = times.flatMap((each) => Object.values(each)).reduce((sum, ms) => sum + ms, 0);
  return { idle: times.reduce((sum, { idle }) => sum + idle, 0), all };
}
