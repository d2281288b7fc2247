/**
 * Writes docs/failure-modes.md from the results of the tests: `pnpm docs:failure-modes` builds and runs those
 * that name a mode, `pnpm node test/write-failure-modes.ts results.json …` reads what runs with `LATCHKEY_TEST_RESULTS=results.json` have
 * left.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failureModeTables, type TestResult } from './support/failure-mode-page.ts';
import { chapters } from './support/failure-modes.ts';
import { engines, isInstalled } from './support/installed-engines.ts';
import { launchChromium, launchFirefox } from './support/puppeteer-browser.ts';
import { launchWebKit } from './support/webkit-browser.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** Runs the tests that name a mode and gives the name of the file with their results. */
function runTests(): string {
  const results = join(mkdtempSync(join(tmpdir(), 'latchkey-results-')), 'results.json');
  const projects = ['unit', 'scenarios', 'browser'].flatMap((project) => ['--project', project]);
  const options = [...projects, '--testNamePattern', String.raw`\(([A-Z]+-\d+, )*[A-Z]\d{1,2}[,)]`];
  const { status } = spawnSync(
    process.execPath,
    [join(repository, 'node_modules/vitest/vitest.mjs'), 'run', ...options],
    {
      cwd: repository,
      env: { ...process.env, LATCHKEY_TEST_RESULTS: results },
      stdio: 'inherit',
    },
  );
  if (status !== 0) process.exitCode = 1;
  return results;
}

const given = process.argv.slice(2);

function readResults(file: string): TestResult[] {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }): TestResult => {
      const place = engines.find((engine) => ancestorTitles.some((name) => name.endsWith(`[${engine}]`))) ?? 'node';
      const outcome = status === 'passed' || status === 'failed' ? status : 'not run';
      return { title, place, outcome };
    }),
  );
}

async function versions(): Promise<string> {
  const launch = { chromium: launchChromium, firefox: launchFirefox, webkit: launchWebKit };
  const found = [`Node ${process.versions.node}`];
  for (const engine of engines.filter(isInstalled)) {
    const browser = await launch[engine]();
    found.push(browser.version.replace('/', ' ').replace('firefox', 'Firefox').replace('MiniBrowser', 'WebKitGTK'));
    await browser.close();
  }
  return found.join(', ');
}

const page = `# Failure modes

Ways in which packages for token sessions fail their users, and what happens here. \`pnpm docs:failure-modes\` writes this page
from the results of the tests, each of which names the mode it is about: ✓ all of them passed, ✗ one failed.

Last run with ${await versions()}.

${failureModeTables(chapters, (given.length > 0 ? given : [runTests()]).flatMap(readResults))}
`;
writeFileSync(join(repository, 'docs/failure-modes.md'), page);
