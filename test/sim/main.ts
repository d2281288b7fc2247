// pnpm sim [--runs=N] [--seed=S] [--path=P]: runs programs by hand, as many as wanted.
import './node-sources.ts';
import { parseArgs } from 'node:util';

const { createAuthClient } = await import('@latchkey/client/core');
const { describeFinding, search } = await import('./search.ts');

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { runs: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 0x7fffffff));
const runs = Number(values.runs ?? (values.path === undefined ? 2_000 : 1));

console.log(`seed ${seed}, ${runs} programs`);
const began = performance.now();
const finding = await search({ createClient: createAuthClient, runs, seed, path: values.path });
const seconds = ((performance.now() - began) / 1_000).toFixed(1);
if (finding) {
  console.log(describeFinding(finding));
  process.exitCode = 1;
} else {
  console.log(`All promises were kept, in ${seconds} s.`);
}
