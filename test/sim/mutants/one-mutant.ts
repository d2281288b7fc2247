// Run by main.ts for one mutant: its number, how many programs, the first seed. Prints what came of it.
import '../node-sources.ts';
import type { CreateClient } from '../world/page.ts';

const { createAuthClient: whole } = await import('@latchkey/client/core');
const { allInvariants } = await import('../invariants/all-invariants.ts');
const { search } = await import('../search.ts');
const { simulate } = await import('../simulate.ts');

const [index, runs = 0, seed = 0] = process.argv.slice(2).map(Number);

/** A finding counts if the whole client keeps its promises in the same program. */
async function findingOf(createClient: CreateClient): Promise<{ runs: number; violation: string } | null> {
  let before = 0;
  for (let next = seed; before < runs; next++) {
    const found = await search({ createClient, runs: runs - before, seed: next, shrink: false });
    if (!found) return null;
    before += found.runs;
    const { violation } = await simulate(found.program, { createClient: whole, invariants: allInvariants });
    if (violation === null) return { runs: before, violation: found.violation };
    console.error(`The client with all its guards breaks a promise, too: pnpm sim --seed=${next} --path=${found.path}`);
  }
  return null;
}

const { createAuthClient } = await import(`@latchkey/client/core?mutant=${index}`);
const finding = await findingOf(createAuthClient);
const line = finding ? `${String(finding.runs).padStart(5)}  ${finding.violation}` : '    –  not found';
console.log(JSON.stringify({ found: finding !== null, line }));
