import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { busyFor } from './machine.ts';
import { readOptions, usage } from './options.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The contenders are installed when they are needed, and nowhere else. */
function install(): void {
  // The pnpm that runs this script; it need not be on the path.
  execFileSync(process.env['npm_execpath'] ?? 'pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], {
    cwd: here,
    stdio: 'inherit',
  });
  execFileSync(process.execPath, ['--run', 'build:client'], { cwd: repository, stdio: 'inherit' });
}

const options = readOptions(process.argv.slice(2));
if (options === 'help') {
  say(usage);
} else {
  // What others want of the machine, before this wants anything of it.
  const busy = await busyFor(2_000);
  install();
  const { run } = await import('./run.ts');
  const { write } = await import('./write.ts');
  const document = write(await run(options, busy, say), repository);
  say(document);
  process.exit(0);
}
