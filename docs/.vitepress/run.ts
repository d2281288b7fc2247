import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// `docs:build` and `docs:dev`: the tools for the pages are installed when pages are made, and only then.

const folder = fileURLToPath(new URL('.', import.meta.url));
// The pnpm that runs this script need not be on the PATH.
const pnpm = process.env['npm_execpath'] ?? 'pnpm';
const [command, first] = /\.[cm]?js$/.test(pnpm) ? [process.execPath, [pnpm]] : [pnpm, []];
// The tools run on the Node that runs this script.
const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);

function run(...words: readonly string[]): void {
  const { status, error } = spawnSync(command, [...first, '--dir', folder, ...words], {
    stdio: 'inherit',
    env: { ...process.env, PATH },
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

run('install', '--frozen-lockfile');
run('run', process.argv[2] ?? 'build');
