import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { components } from './test/support/components.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Unit tests and scenarios run on the sources; `test/package` and `test/browser` run on what the build made.
const sources = [
  { find: /^@latchkey\/client$/, replacement: at('packages/client/src/index.ts') },
  { find: /^@latchkey\/client\/(.+)$/, replacement: at('packages/client/src/$1.ts') },
  { find: /^@latchkey\/mock-server$/, replacement: at('packages/mock-server/src/index.ts') },
  { find: /^@latchkey\/mock-server\/(.+)$/, replacement: at('packages/mock-server/src/$1.ts') },
];

/** Scenarios listen to every client that they make. */
const overheard = [{ find: /^@latchkey\/client$/, replacement: at('test/support/overheard-client.ts') }, ...sources];

/** What starts processes and databases, hashes passwords at their real cost, runs a server through all its rules, or measures. */
const slow = [
  'packages/mock-server/src/cli/*command.test.ts',
  'packages/mock-server/src/cli/cli.test.ts',
  'packages/mock-server/src/conformance/{reference,reports,teeth}.test.ts',
  'packages/mock-server/src/fuzz.test.ts',
  'packages/mock-server/src/node-password-hasher.test.ts',
  'packages/mock-server/src/store/{postgres,sqlite}/*.test.ts',
  'test/docs/{protocol,schema}.test.ts',
  'packages/mock-server/src/memory.test.ts',
  'test/regular-expressions.test.ts',
];

const setups = [at('test/support/leaks.ts'), at('test/support/setup.ts')];

/** The scenarios. */
const scenarios = {
  testTimeout: 30_000,
  pool: 'threads' as const,
  // A page for each file, but the modules of one worker only once: half the time.
  isolate: false,
  environment: at('test/support/page-environment.ts'),
  setupFiles: setups,
  include: ['test/scenarios/**/*.test.ts'],
};

/** The same in a page that has loaded zone.js first. It patches what each page has anew, so that nothing is shared. */
const zoned = {
  ...scenarios,
  isolate: true,
  setupFiles: [at('test/support/load-zone.ts'), ...setups],
  // In Node, MSW knows a request by its AsyncLocalStorage, and what zone.js schedules loses that.
  exclude: ['test/scenarios/{setup,main-job,a-test-of-twenty-minutes-takes-no-time}.test.ts'],
};

const results = process.env['LATCHKEY_TEST_RESULTS'];

export default defineConfig({
  test: {
    // All cores: what runs at the same time waits for conditions and measures nothing.
    maxWorkers: '100%',
    reporters: results ? ['default', ['json', { outputFile: results }]] : ['default'],
    projects: [
      {
        resolve: { alias: sources },
        test: {
          name: 'unit',
          pool: 'threads',
          // They share nothing but pure modules, and start three times as fast.
          isolate: false,
          setupFiles: [at('test/support/leaks.ts')],
          include: ['packages/*/src/**/*.test.ts', 'test/*.test.ts', 'test/{docs,support}/**/*.test.ts'],
          exclude: slow,
        },
      },
      {
        resolve: { alias: sources },
        test: {
          name: 'unit-replaced-promise',
          pool: 'threads',
          isolate: false,
          setupFiles: [at('test/support/replace-promise.ts'), at('test/support/leaks.ts')],
          include: ['packages/*/src/**/*.test.ts'],
          exclude: slow,
        },
      },
      {
        resolve: { alias: sources },
        test: {
          name: 'systems',
          pool: 'threads',
          setupFiles: [at('test/support/leaks.ts')],
          include: slow,
          testTimeout: 60_000,
        },
      },
      { resolve: { alias: overheard }, test: { name: 'scenarios', ...scenarios } },
      {
        resolve: { alias: overheard },
        test: {
          name: 'scenarios-replaced-promise',
          ...scenarios,
          setupFiles: [at('test/support/replace-promise.ts'), ...setups],
        },
      },
      { resolve: { alias: overheard }, test: { name: 'scenarios-zone', ...zoned } },
      // As Angular's compiler has it: no native async function is left, which zone.js could not follow.
      { resolve: { alias: overheard }, oxc: { target: 'es2016' }, test: { name: 'scenarios-zone-lowered', ...zoned } },
      {
        resolve: { alias: sources },
        test: {
          name: 'sim',
          // After what is quick, so that its two long files have both cores.
          sequence: { groupOrder: 1 },
          pool: 'threads',
          include: ['test/sim/**/*.test.ts'],
          // Half a minute on two free cores.
          testTimeout: 400_000,
        },
      },
      {
        plugins: [components],
        // What a bundler for browsers takes of these libraries.
        resolve: {
          alias: [...sources, { find: /^ws$/, replacement: at('test/node_modules/ws/wrapper.mjs') }],
          conditions: ['browser'],
        },
        test: {
          name: 'adapters',
          testTimeout: 30_000,
          pool: 'threads',
          environment: at('test/support/page-environment.ts'),
          server: { deps: { inline: ['svelte', 'solid-js'] } },
          include: ['test/adapters/**/*.test.ts'],
        },
      },
      {
        // As an application has it: nothing of this repository's set-up.
        resolve: { alias: sources },
        test: { name: 'recipes', pool: 'threads', testTimeout: 30_000, include: ['test/recipes/*.test.{ts,tsx}'] },
      },
      {
        test: {
          name: 'package',
          sequence: { groupOrder: 2 },
          globalSetup: [at('test/package/packed-packages.ts')],
          include: ['test/package/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        // Not part of `pnpm test`: it installs whole frameworks. `pnpm test:outside` runs it.
        test: {
          name: 'outside',
          globalSetup: [at('test/package/outside/outside-folder.ts')],
          include: ['test/package/outside/*.test.ts'],
          // Each of them keeps both cores busy.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'browser',
          // Alone: what is measured in a browser is not to be slowed down by the other projects.
          sequence: { groupOrder: 3 },
          globalSetup: [at('test/support/announce-missing-browsers.ts')],
          setupFiles: [at('test/support/leaks.ts')],
          include: ['test/browser/**/*.test.ts'],
          // Two at once would take as long: three browsers keep two cores busy.
          fileParallelism: false,
          // One process for all files: they share the browsers, which take seconds to start.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
