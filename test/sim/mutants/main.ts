// pnpm sim:mutants [--runs=N] [--seed=S] [--only=TEXT]: takes out each guard in turn and shows how soon the simulation finds it.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allMutants } from './all-mutants.ts';
import { mutate, readClientSources } from './mutate.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { runs: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const runs = Number(values.runs ?? 3_000);
const seed = Number(values.seed ?? 1);
const names = (values.only ?? '').split(',').map((name) => name.trim());

// First of all: is each guard there?
const sources = readClientSources();
for (const mutant of allMutants) mutate(sources, mutant);

interface Verdict {
  readonly found: boolean;
  readonly line: string;
}

/** In a process of its own: without its guard a client may go on for ever without a pause, until there is no memory left. */
const judge = (index: number): Promise<Verdict> =>
  new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('one-mutant.ts', import.meta.url));
    const args = ['--max-old-space-size=1024', script, String(index), String(runs), String(seed)];
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (stderr.includes('heap out of memory')) resolve({ found: true, line: '    ?  never comes to rest' });
      else if (error) reject(error);
      else resolve(JSON.parse(stdout) as Verdict);
    });
  });

const wanted = [...allMutants.entries()].filter(([, { name }]) => names.some((part) => name.includes(part)));
const width = Math.max(...wanted.map(([, { name }]) => name.length));
const survivors: string[] = [];
console.log(`${'guard taken out'.padEnd(width)}   runs  broken promise`);
const waiting = wanted[Symbol.iterator]();
const work = async (): Promise<void> => {
  for (const [index, { name }] of waiting) {
    const { found, line } = await judge(index);
    if (!found) survivors.push(name);
    console.log(`${name.padEnd(width)}  ${line}`);
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, work));
if (survivors.length > 0) {
  console.error(`${survivors.length} of ${wanted.length} not found in ${runs} programs from seed ${seed} on.`);
  process.exitCode = 1;
}
