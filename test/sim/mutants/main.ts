// pnpm sim:mutants [--runs=N] [--seed=S] [--only=TEXT]: takes out each guard in turn and shows how soon the simulation finds it.
import '../node-sources.ts';
import { parseArgs } from 'node:util';
import type { CreateClient } from '../world/page.ts';
import { allMutants } from './all-mutants.ts';
import { mutate, readClientSources } from './mutate.ts';

const { createAuthClient: whole } = await import('@latchkey/client/core');
const { allInvariants } = await import('../invariants/all-invariants.ts');
const { search } = await import('../search.ts');
const { simulate } = await import('../simulate.ts');

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { runs: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const runs = Number(values.runs ?? 3_000);
const seed = Number(values.seed ?? 1);
const only = values.only ?? '';
const names = only.split(',').map((name) => name.trim());

/** A finding counts if the whole client keeps its promises in the same program. */
async function findingOf(createClient: CreateClient): Promise<{ runs: number; violation: string } | null> {
  let before = 0;
  for (let next = seed; before < runs; next++) {
    const found = await search({ createClient, runs: runs - before, seed: next, shrink: false });
    if (!found) return null;
    before += found.runs;
    const { violation } = await simulate(found.program, { createClient: whole, invariants: allInvariants });
    if (violation === null) return { runs: before, violation: found.violation };
    console.log(
      `  The client with all its guards breaks a promise, too (${violation}): pnpm sim --seed=${next} --path=${found.path}`,
    );
  }
  return null;
}

// First of all: is each guard there?
const sources = readClientSources();
for (const mutant of allMutants) mutate(sources, mutant);

const wanted = [...allMutants.entries()].filter(([, { name }]) => names.some((part) => name.includes(part)));
const width = Math.max(...wanted.map(([, { name }]) => name.length));
const survivors: string[] = [];
console.log(`${'guard taken out'.padEnd(width)}   runs  broken promise`);
for (const [index, { name }] of wanted) {
  const { createAuthClient } = await import(`@latchkey/client/core?mutant=${index}`);
  const finding = await findingOf(createAuthClient);
  if (!finding) survivors.push(name);
  console.log(
    `${name.padEnd(width)}  ${finding ? String(finding.runs).padStart(5) : '    –'}  ${finding?.violation ?? 'not found'}`,
  );
}
if (survivors.length > 0) {
  console.error(`${survivors.length} of ${wanted.length} not found in ${runs} programs from seed ${seed} on.`);
  process.exitCode = 1;
}
