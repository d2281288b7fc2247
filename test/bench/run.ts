import { readFileSync } from 'node:fs';
import { launchChromium, launchFirefox } from '../support/puppeteer-browser.ts';
import { type Bundle, bundle, type ContenderName, contenders, limits, ours, partsOfCore, peers } from './bundles.ts';
import type { BenchEngine, BenchOptions, TaskName } from './options.ts';
import type { EngineResults, Results } from './results.ts';
import { measureAcross } from './tasks/across.ts';
import { freshRounds, measureFresh } from './tasks/fresh.ts';
import { measureGrowth } from './tasks/growth.ts';
import { measureStart } from './tasks/start.ts';
import { measureStorms } from './tasks/storm.ts';

/** All tasks in all browsers, one after the other. */
export async function run(options: BenchOptions, busy: number, say: (line: string) => void): Promise<Results> {
  const bundles: Bundle[] = [];
  for (const name of options.contenders) bundles.push(await bundle(name));
  const failures: string[] = [];
  const engines: EngineResults[] = [];
  for (const engine of options.engines) {
    const cannot = (task: TaskName) => (name: ContenderName, error: Error) => {
      failures.push(`${contenders[name]}, ${task} in ${engine}: ${error.message}`);
    };
    engines.push(await runIn(engine, options, bundles, cannot, say));
  }
  return { options, busy, bundles, parts: await partsOfCore(), engines, failures };
}

async function runIn(
  engine: BenchEngine,
  { tasks, rounds, engines }: BenchOptions,
  bundles: readonly Bundle[],
  cannot: (task: TaskName) => (name: ContenderName, error: Error) => void,
  say: (line: string) => void,
): Promise<EngineResults> {
  const sessions = bundles.filter(({ name }) => !limits.includes(name));
  const bare = await bundle('bare-fetch');
  const launch = engine === 'chromium' ? launchChromium : launchFirefox;
  let browser = await launch();
  const results: EngineResults = { engine, version: browser.version };
  const begun: Record<TaskName, () => Promise<void>> = {
    async fresh() {
      results.fresh = await measureFresh(browser, bundles, freshRounds(rounds), cannot('fresh'));
    },
    async storm() {
      // In the second browser what its engine does to us is of interest, and the others are not asked again.
      const asked = engine === engines[0] ? bundles : bundles.filter(({ name }) => !peers.includes(name));
      const others = asked.filter(({ name }) => name !== bare.name);
      results.storm = await measureStorms(browser, [bare, ...others], bare, rounds, cannot('storm'));
    },
    async across() {
      results.across = await measureAcross(browser, sessions, cannot('across'));
    },
    async start() {
      results.start = await measureStart(browser, sessions, Math.min(rounds, 3), cannot('start'));
    },
    async growth() {
      const script = new URL('../../packages/client/dist/latchkey.iife.min.js', import.meta.url);
      results.growth = await measureGrowth(browser, { ...bare, code: readFileSync(script, 'utf8') });
    },
  };
  for (const task of tasks) {
    const start = Date.now();
    await begun[task]().catch((error: Error) => cannot(task)(ours[0] as ContenderName, error));
    // Nothing that one task leaves behind is there in the next.
    await browser.close();
    if (task !== tasks.at(-1)) browser = await launch();
    say(`${engine}: ${task}, ${Math.round((Date.now() - start) / 1_000)} s`);
  }
  return results;
}
