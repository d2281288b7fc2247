import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface PackedPackage {
  readonly name: string;
  readonly tarball: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    packed: PackedPackage[];
    /** A project that has installed the tarballs, with what they depend on, and nothing else. */
    consumer: string;
  }
}

/** The pnpm that runs the tests, or the one the README names. */
const pnpm = (args: string[], cwd: string) => {
  const running = process.env['npm_execpath'] ?? '';
  return /pnpm[^/\\]*$/.test(running) && /\.[cm]?js$/.test(running)
    ? run(process.execPath, [running, ...args], { cwd })
    : run('npx', ['-y', 'pnpm@12', ...args], { cwd });
};

/** Packs both packages as for publishing and installs them in an empty project, from the files alone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const consumer = await mkdtemp(join(tmpdir(), 'latchkey-consumer-'));
  const modules = join(consumer, 'node_modules');
  await writeFile(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));

  const packed: PackedPackage[] = [];
  for (const short of ['client', 'mock-server']) {
    const folder = join(repository, 'packages', short);
    const destination = join(consumer, 'tarballs', short);
    await mkdir(destination, { recursive: true });
    await pnpm(['pack', '--pack-destination', destination], folder);
    const [file] = await readdir(destination);
    if (file === undefined) throw new Error(`pnpm packed nothing in ${folder}`);
    const tarball = join(destination, file);
    const installed = join(modules, '@latchkey', short);
    await mkdir(installed, { recursive: true });
    await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);

    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      name: string;
      dependencies?: Record<string, string>;
      peerDependencies?: Record<string, string>;
    };
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      await mkdir(join(modules, name, '..'), { recursive: true });
      await symlink(join(folder, 'node_modules', name), join(modules, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
    packed.push({ name: manifest.name, tarball });
  }
  project.provide('packed', packed);
  project.provide('consumer', consumer);
  return () => rm(consumer, { recursive: true, force: true });
}
