import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds of one look, and after which it is not waited any longer. */
const look = 100;
const atMost = 3_000;
/** The share of its time that a machine at rest is busy. */
const quiet = 0.1;

/** Resolves when what came before, such as the start of twenty pages, keeps the processors busy no longer. */
export async function machineAtRest(): Promise<void> {
  let before = spent();
  for (const until = Date.now() + atMost; Date.now() < until; ) {
    await pause(look);
    const now = spent();
    const idle = (now.idle - before.idle) / (now.all - before.all);
    if (idle >= 1 - quiet) return;
    before = now;
  }
}

function spent(): { idle: number; all: number } {
  const times = cpus().map(({ times }) => times);
  const all = times.flatMap((each) => Object.values(each)).reduce((sum, ms) => sum + ms, 0);
  return { idle: times.reduce((sum, { idle }) => sum + idle, 0), all };
}
