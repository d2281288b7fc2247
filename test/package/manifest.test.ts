import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, test } from 'vitest';

/** Findings that are meant, each with its reason. Anything else is a defect. */
const meant: { readonly reason: string; readonly matches: (problem: Problem) => boolean }[] = [
  {
    reason: 'ESM only: Node 22 and later can require() it, and every bundler reads it',
    matches: ({ kind }) => kind === 'CJSResolvesToESM',
  },
  {
    reason: 'the resolution of Node 10 does not know "exports", which is how an entry is found',
    matches: (problem) => problem.kind === 'NoResolution' && problem.resolutionKind === 'node10',
  },
];

describe.each(inject('packed'))('$name', ({ name, tarball }) => {
  test('publint has nothing to say', async () => {
    const pkgDir = join(inject('consumer'), 'node_modules', name);
    // What is installed is what was published: there is nothing to pack again.
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true, level: 'suggestion' });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('its types are right for every way of importing it that exists today', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(await readFile(tarball)));
    if (analysis.types === false) throw new Error('It has no types.');
    expect(analysis.problems.filter((problem) => !meant.some(({ matches }) => matches(problem)))).toEqual([]);
  });

  test('runs no script when it is installed, and depends on exact versions alone', async () => {
    const installed = await readFile(join(inject('consumer'), 'node_modules', name, 'package.json'), 'utf8');
    const { scripts = {}, dependencies = {} } = JSON.parse(installed) as Record<string, Record<string, string>>;
    expect(Object.keys(scripts)).toEqual([]);
    expect(Object.keys(dependencies).length).toBeGreaterThan(0);
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('says the integrity of its script tags', async () => {
    const dist = join(inject('consumer'), 'node_modules', name, 'dist');
    const hashes = JSON.parse(await readFile(join(dist, 'integrity.json'), 'utf8')) as Record<string, string>;
    const scripts = (await readdir(dist)).filter((file) => file.endsWith('.iife.min.js'));
    expect(scripts.length).toBeGreaterThan(0);
    expect(Object.keys(hashes).sort()).toEqual(scripts.sort());
    for (const [file, integrity] of Object.entries(hashes)) {
      const hash = createHash('sha384').update(await readFile(join(dist, file)));
      expect(integrity).toBe(`sha384-${hash.digest('base64')}`);
    }
  });

  test('holds what was built, its manifest, its license and its README, and nothing else', async () => {
    const files = createPackageFromTarballData(await readFile(tarball)).listFiles();
    const names = files.map((file) => file.replace(/^\/node_modules\/@latchkey\/[^/]+\//, '')).sort();
    const meantToBeThere =
      /^(dist\/((development\/)?[\w.-]+\.(js|js\.map)|[\w.-]+\.d\.ts|integrity\.json)|LICENSE|README\.md|package\.json)$/;
    expect(names).toEqual(expect.arrayContaining(['LICENSE', 'dist/index.js', 'package.json']));
    expect(names.filter((path) => !meantToBeThere.test(path))).toEqual([]);
  });
});
