import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = [
  { folder: 'packages/client', last: 'dist/integrity.json' },
  { folder: 'packages/mock-server', last: 'dist/integrity.json' },
];

/** Builds both packages where what a build writes last is missing or older than what it is made from. */
export function buildIfStale(say: (line: string) => void): void {
  if (packages.every(({ folder, last }) => changedAt(join(root, folder, last)) > newestSource(join(root, folder))))
    return;
  say('Building both packages …');
  const { status } = spawnSync(process.execPath, ['--run', 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed.');
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestSource(folder: string): number {
  const sources = readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  const settings = ['package.json', 'rollup.config.js', 'tsconfig.json'].map((name) => join(folder, name));
  return Math.max(...[...sources, ...settings].map(changedAt));
}
