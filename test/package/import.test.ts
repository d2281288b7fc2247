import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { entries } from './entries.ts';

const run = promisify(execFile);

/** Runs the module in a Node of its own, in the project that has installed the packages. */
const inNode = (source: string) =>
  run(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: inject('consumer'),
    timeout: 20_000,
    env: { PATH: process.env['PATH'] ?? '' },
  });

interface State {
  globals: string[];
  resources: string[];
  listeners: string[];
}

/** MSW and Vue keep something under these names as soon as they are imported. */
const notOurs = /^__(MSW|VUE)_/;

test('the packages have the entries that are promised', () => {
  expect(entries()).toEqual(
    expect.arrayContaining([
      '@latchkey/client',
      '@latchkey/client/core',
      '@latchkey/mock-server',
      '@latchkey/mock-server/msw',
      '@latchkey/mock-server/node',
      '@latchkey/mock-server/indexeddb',
    ]),
  );
});

test.each(entries())('importing %s in Node without a DOM does nothing and keeps nothing alive', async (entry) => {
  const { stdout, stderr } = await inNode(`
    const state = () => ({
      globals: Reflect.ownKeys(globalThis).map(String),
      resources: process.getActiveResourcesInfo(),
      listeners: process.eventNames().map((name) => String(name) + process.listenerCount(name)),
    });
    // Node sets up its own network when it is first named; that is not the package's doing.
    new Request('https://example.com');
    const before = state();
    const exports = Object.keys(await import('${entry}')).length;
    await new Promise((turn) => setTimeout(turn));
    const after = state();
    const from = performance.now();
    process.on('exit', () => process.stdout.write(JSON.stringify({ exports, before, after, alive: performance.now() - from })));
  `);
  const { exports, before, after, alive } = JSON.parse(stdout) as Record<'before' | 'after', State> & {
    exports: number;
    alive: number;
  };
  expect(exports).toBeGreaterThan(0);
  expect({ ...after, globals: after.globals.filter((name) => !notOurs.test(name)) }).toEqual(before);
  expect(alive).toBeLessThan(500);
  expect(stderr).toBe('');
});
