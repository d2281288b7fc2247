// pnpm sim:mutants [--runs=N] [--seed=S] [--only=TEXT]: takes out each guard in turn and shows how soon the simulation finds it.
import '../node-sources.ts';
import { parseArgs } from 'node:util';
import { allMutants } from './all-mutants.ts';

const { search } = await import('../search.ts');

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { runs: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const runs = Number(values.runs ?? 3_000);
const seed = Number(values.seed ?? 1);
const only = values.only ?? '';

const width = Math.max(...allMutants.map(({ name }) => name.length));
const survivors: string[] = [];
console.log(`${'guard taken out'.padEnd(width)}   runs  broken promise`);
for (const [index, { name }] of allMutants.entries()) {
  if (!name.includes(only)) continue;
  const { createAuthClient } = await import(`@latchkey/client/core?mutant=${index}`);
  const finding = await search({ createClient: createAuthClient, runs, seed, shrink: false });
  if (!finding) survivors.push(name);
  console.log(
    `${name.padEnd(width)}  ${finding ? String(finding.runs).padStart(5) : '    –'}  ${finding?.violation ?? 'not found'}`,
  );
}
if (survivors.length > 0) {
  console.error(`${survivors.length} not found in ${runs} programs of seed ${seed}.`);
  process.exitCode = 1;
}
