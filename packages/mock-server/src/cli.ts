#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { readCommandLine, usage } from './cli/command-line.ts';
import { Failure, reasonOf } from './cli/failure.ts';
import { rotateKey } from './cli/rotate-key-command.ts';
import { startServing } from './cli/serve-command.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`latchkey-mock-server: ${line}\n`);

async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === 'rotate-key') return void process.stdout.write(await rotateKey(rest));
  const command = readCommandLine(process.argv.slice(2));
  if (command === 'help') return void process.stdout.write(usage);
  if (command === 'version') return void say(version());

  const { url, place, userCount, stop } = await startServing(command);
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (ending) process.exit(1);
      ending = true;
      stop().then(() => process.exit(0), fail);
    });
  }
  if (userCount === 0) complain('nobody can log in: name a file of users with --users.');
  say(`Listening on ${url}, sessions in ${place} (Ctrl+C ends it)`);
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}

function fail(error: unknown): never {
  complain(error instanceof Failure ? error.message : `${reasonOf(error)}.`);
  process.exit(error instanceof Failure ? error.exitCode : 1);
}

main().catch(fail);
