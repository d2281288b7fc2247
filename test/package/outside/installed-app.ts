import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { ownGroup } from '../../support/reaper.ts';

const run = promisify(execFile);

/** An application that has installed the packed packages from their files, in a folder outside of the workspace. */
export interface InstalledApp {
  readonly folder: string;
  /** Runs a command of the application (or of Node) to its end; gives what it printed, and throws it when it fails. */
  run(command: string, args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** Starts a command that goes on, such as a server; `stop` ends it and all its children. */
  start(command: string, args?: readonly string[], env?: Readonly<Record<string, string>>): Running;
}

export interface Running {
  /** What it has printed so far. */
  output(): string;
  readonly process: ChildProcess;
  stop(): void;
}

/** Nothing of the test runner, and the Node that runs the tests before any other. */
function environment(folder: string, env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const outer = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|NODE_PATH$|TEST$|FORCE_COLOR|CI$)/.test(name),
  );
  const path = [join(folder, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH'] ?? ''];
  return {
    ...Object.fromEntries(outer),
    NO_COLOR: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
    ...env,
    PATH: path.join(delimiter),
  };
}

/** What npm says when there is no registry to be reached. */
const unreachable = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENOTCACHED/;

/**
 * Copies the application of this name, which lies in this folder, to a place outside of the workspace, and installs it there
 * with npm: the packed packages from their files, everything else as its lockfile says. Where the registry cannot be reached,
 * the tests of the application are skipped, loudly: this gives `null`. With `CI=true` it throws.
 */
export async function installApp(name: string): Promise<InstalledApp | null> {
  const folder = join(inject('outside'), name);
  const ready = join(folder, '.installed');
  const isThere = await readFile(ready).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    try {
      await install(name, folder);
      await writeFile(ready, '');
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      if (process.env['CI'] === 'true' || !unreachable.test(stderr))
        throw new Error(`npm did not install ${name}:\n${stdout}\n${stderr}`, { cause: error });
      process.stderr.write(`\n  ***  NOT TESTED with ${name}: the package registry cannot be reached  ***\n\n`);
      return null;
    }
  }
  return {
    folder,
    async run(command, args = [], env = {}) {
      const options = { cwd: folder, env: environment(folder, env), timeout: 240_000, maxBuffer: 64 * 1024 * 1024 };
      try {
        const { stdout, stderr } = await run(command, [...args], options);
        return stdout + stderr;
      } catch (error) {
        const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
        throw new Error(`${message}\n${stdout}\n${stderr}`, { cause: error });
      }
    },
    start(command, args = [], env = {}) {
      // In a process group of its own, so that its children end with it.
      const child = spawn(command, [...args], { cwd: folder, env: environment(folder, env), detached: true });
      const group = child.pid === undefined ? undefined : ownGroup(child.pid);
      let printed = '';
      child.on('error', (error) => {
        printed += String(error);
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          printed += text;
        });
      }
      return { process: child, output: () => printed, stop: () => group?.end() };
    },
  };
}

async function install(name: string, folder: string): Promise<void> {
  const source = fileURLToPath(new URL(`./${name}`, import.meta.url));
  await cp(source, folder, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  await mkdir(join(folder, 'tarballs'));
  manifest.dependencies ??= {};
  for (const { name: packed, tarball } of inject('packed')) {
    const file = join('tarballs', basename(tarball));
    await cp(tarball, join(folder, file));
    manifest.dependencies[packed] = `file:${file}`;
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const options = ['--no-audit', '--no-fund', '--no-update-notifier', '--omit-lockfile-registry-resolved'];
  await run('npm', ['install', ...options], {
    cwd: folder,
    env: environment(folder, {}),
    timeout: 400_000,
    maxBuffer: 64 * 1024 * 1024,
  });
}
