import fc from 'fast-check';
import { allInvariants } from './invariants/all-invariants.ts';
import { anyProgram } from './program/arbitrary-program.ts';
import { describeProgram } from './program/describe-program.ts';
import type { Program } from './program/program.ts';
import { simulate } from './simulate.ts';
import type { CreateClient } from './world/page.ts';

export interface SearchOptions {
  readonly createClient: CreateClient;
  readonly runs: number;
  readonly seed: number;
  /** Goes straight to one program of that seed, as a failing search prints it. */
  readonly path?: string | undefined;
  /** `false` leaves the first failing program as it is. Default true: looks for the smallest one. */
  readonly shrink?: boolean;
  /** Called before each run. */
  readonly onRun?: () => void;
}

export interface Finding {
  /** Programs that ran until one failed. */
  readonly runs: number;
  readonly seed: number;
  readonly path: string;
  readonly program: Program;
  readonly violation: string;
  readonly trace: readonly string[];
}

/** Runs programs until one breaks a promise; then finds the smallest that still does. `null`: all promises were kept. */
export async function search(options: SearchOptions): Promise<Finding | null> {
  const { createClient, runs, seed, path, shrink = true, onRun } = options;
  const violationOf = (program: Program) => simulate(program, { createClient, invariants: allInvariants });
  const property = fc.asyncProperty(anyProgram, async (program) => {
    onRun?.();
    const { violation } = await violationOf(program);
    if (violation !== null) throw new Error(violation);
  });
  const found = await fc.check(property, {
    numRuns: runs,
    seed,
    ...(path !== undefined && { path }),
    endOnFailure: !shrink,
  });
  if (!found.failed || found.counterexample === null) return null;
  const [program] = found.counterexample;
  const { violation, trace } = await violationOf(program);
  return {
    runs: found.numRuns,
    seed,
    path: found.counterexamplePath ?? '',
    program,
    violation: violation ?? 'The program fails only now and then: the simulation is not deterministic.',
    trace,
  };
}

/** A finding as a person reads it: what was promised, what was done, what happened, and how to see it again. */
export function describeFinding({ violation, program, trace, seed, path, runs }: Finding): string {
  return [
    `A promise is broken: ${violation}.`,
    '',
    `The smallest program that shows it (found in run ${runs}):`,
    describeProgram(program),
    '',
    'What happened (time since the start, who, what):',
    ...trace.map((line) => `  ${line}`),
    `  → ${violation}`,
    '',
    `Again: pnpm sim --seed=${seed} --path=${path}`,
  ].join('\n');
}
