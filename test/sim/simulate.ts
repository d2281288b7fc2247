import { allIsWellInTheEnd } from './invariants/all-is-well-in-the-end.ts';
import type { Invariant } from './invariants/invariant.ts';
import { heal } from './program/heal.ts';
import type { Program } from './program/program.ts';
import { prepare, runCommand } from './program/run-command.ts';
import { deliverCryptoBy } from './world/in-thread-crypto.ts';
import type { CreateClient } from './world/page.ts';
import { createWorld } from './world/world.ts';

export interface SimulateOptions {
  readonly createClient: CreateClient;
  readonly invariants: readonly Invariant[];
  /** Turns of the event loop given to whatever one happening sets off. Default 2. */
  readonly turns?: number;
}

export interface Run {
  /** Which promise was broken, and how; null where all were kept. */
  readonly violation: string | null;
  /** All that happened, a line each. */
  readonly trace: readonly string[];
}

/** Runs a program. The same program gives the same run. */
export async function simulate(
  program: Program,
  { createClient, invariants, turns = 2 }: SimulateOptions,
): Promise<Run> {
  const world = createWorld(program.setup, { createClient, invariants, turns });
  const unseen = (reason: unknown): void =>
    world.violate(`a promise was rejected and nobody saw it: ${String(reason)}`);
  process.on('unhandledRejection', unseen);
  try {
    await prepare(world);
    for (const command of program.commands) {
      if (world.violation !== null) break;
      await runCommand(world, command);
    }
    if (world.violation === null) await heal(world);
    if (world.violation === null) await allIsWellInTheEnd(world);
  } finally {
    process.off('unhandledRejection', unseen);
    deliverCryptoBy(null);
    for (const page of world.openPages) page.end();
  }
  return { violation: world.violation, trace: world.lines };
}
