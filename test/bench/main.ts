import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchChromium, launchFirefox } from '../support/puppeteer-browser.ts';
import type { Bundle } from './bundles.ts';
import { readOptions, usage } from './options.ts';
import type { EngineResults, Results } from './results.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The contenders are installed when they are needed, and nowhere else. */
function install(): void {
  // The pnpm that runs this script; it need not be on the path.
  execFileSync(process.env['npm_execpath'] ?? 'pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], {
    cwd: here,
    stdio: 'inherit',
  });
  execFileSync(process.execPath, ['--run', 'build:client'], { cwd: repository, stdio: 'inherit' });
}

async function run(options: Exclude<ReturnType<typeof readOptions>, 'help'>): Promise<Results> {
  const { bundle, limits, ours } = await import('./bundles.ts');
  const { measureAcross } = await import('./tasks/across.ts');
  const { measureFresh } = await import('./tasks/fresh.ts');
  const { measureGrowth } = await import('./tasks/growth.ts');
  const { measureStart } = await import('./tasks/start.ts');
  const { measureIdeal, measureStorm, openTabs, storms } = await import('./tasks/storm.ts');

  const bundles: Bundle[] = [];
  for (const name of options.contenders) bundles.push(await bundle(name));
  const sessions = bundles.filter(({ name }) => !limits.includes(name));
  const bare = await bundle('bare-fetch');
  const script = readFileSync(new URL('../../packages/client/dist/latchkey.iife.min.js', import.meta.url), 'utf8');
  const failures: string[] = [];
  const engines: EngineResults[] = [];

  for (const engine of options.engines) {
    const browser = await (engine === 'chromium' ? launchChromium() : launchFirefox());
    const results: EngineResults = { engine, version: browser.version };
    engines.push(results);
    const does = (task: (typeof options.tasks)[number]): boolean => {
      if (options.tasks.includes(task)) say(`${engine}: ${task}`);
      return options.tasks.includes(task);
    };
    if (does('fresh')) results.fresh = await measureFresh(browser, bundles, options.rounds);
    if (does('start')) results.start = await measureStart(browser, sessions, Math.min(options.rounds, 3));
    if (does('across')) results.across = await measureAcross(browser, sessions);
    if (does('storm')) {
      const tabs = await openTabs(browser, Math.max(...storms.map(({ tabs }) => tabs)));
      // In the second browser what its engine does to us is of interest, and the others are not asked again.
      const asked = engine === options.engines[0] ? sessions : sessions.filter(({ name }) => ours.includes(name));
      const all: (typeof results.storms & object)[number][] = [];
      const ideals: (typeof results.ideals & object)[number][] = [];
      for (const weather of storms) {
        const some = tabs.slice(0, weather.tabs);
        ideals.push(await measureIdeal(some, bare, weather));
        for (const contender of asked) {
          await measureStorm(some, contender, weather, true).then(
            (result) => all.push(result),
            (error: Error) =>
              failures.push(
                `${contender.name}, ${weather.requests} requests in ${weather.tabs} tabs: ${error.message}`,
              ),
          );
        }
      }
      for (const tab of tabs) await tab.close();
      results.storms = all;
      results.ideals = ideals;
    }
    if (does('growth')) {
      results.growth = await measureGrowth(browser, { name: 'latchkey', code: script, size: bare.size });
    }
    await browser.close();
  }
  return { options, bundles, engines, failures };
}

async function write(results: Results): Promise<void> {
  const { contenders, names } = await import('./bundles.ts');
  const { isOurs, report } = await import('./report.ts');
  const { bars, line } = await import('./plot.ts');
  const { median } = await import('./statistics.ts');
  const document = report(results);
  say(document);
  if (!results.options.write) return;
  const folder = `${repository}docs/benchmarks`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${repository}docs/benchmarks.md`, document);
  for (const { engine, fresh, growth } of results.engines) {
    const rows = names.flatMap((name) => {
      const times = fresh?.[name];
      const label = contenders[name].replaceAll(/[*`]/g, '');
      return times ? [{ label, value: median(times), isOurs: isOurs(name) }] : [];
    });
    writeFileSync(`${folder}/fresh-${engine}.svg`, bars(`One request in ${engine}`, 'µs, less is better', rows));
    if (growth && engine === 'chromium')
      writeFileSync(
        `${folder}/growth-waiting.svg`,
        line('One request', 'µs, with so many others waiting', growth.waiting),
      );
  }
  say('Written: docs/benchmarks.md');
}

const options = readOptions(process.argv.slice(2));
if (options === 'help') {
  say(usage);
} else {
  install();
  await write(await run(options));
  process.exit(0);
}
