import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, test } from 'vitest';

// Kind: a way of resolving an import that finds no file, or other types than those of the code it finds.

describe.each(inject('packed'))('$name', ({ name, tarball }) => {
  test('publint has nothing to say', async () => {
    const pkgDir = join(inject('consumer'), 'node_modules', name);
    // What is installed is what was published: there is nothing to pack again.
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true, level: 'suggestion' });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('its types are right for every way of importing it, node10 and require() included (OF4)', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(await readFile(tarball)));
    if (analysis.types === false) throw new Error('It has no types.');
    expect(analysis.problems).toEqual([]);
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
    const meantToBeThere = [
      /^(LICENSE|README\.md|([\w-]+\/)?package\.json|dist\/integrity\.json)$/,
      /^dist\/(development\/)?[\w.-]+\.(js|d\.ts|js\.map)$/,
      /^dist\/cjs\/[\w.-]+\.(cjs|d\.cts)$/,
    ];
    expect(names).toEqual(expect.arrayContaining(['LICENSE', 'dist/index.js', 'package.json']));
    expect(names.filter((path) => !meantToBeThere.some((pattern) => pattern.test(path)))).toEqual([]);
  });
});
