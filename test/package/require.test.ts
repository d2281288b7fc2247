import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { entries } from './entries.ts';

const run = promisify(execFile);

const inNode = async (type: 'module' | 'commonjs', source: string) => {
  const { stdout, stderr } = await run(process.execPath, [`--input-type=${type}`, '--eval', source], {
    cwd: inject('consumer'),
    timeout: 20_000,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[];
};

test.each(entries())("CommonJS gets by require('%s') what a module gets by import", async (entry) => {
  const print = 'process.stdout.write(JSON.stringify(Object.keys(exports_).sort()))';
  const required = await inNode('commonjs', `const exports_ = require('${entry}'); ${print}`);
  expect(required).toEqual(await inNode('module', `import * as exports_ from '${entry}'; ${print}`));
  expect(required.length).toBeGreaterThan(0);
});
