#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { isPostgres, readCommandLine, usage } from './cli/command-line.ts';
import { Failure, reasonOf } from './cli/failure.ts';
import { rotateKey } from './cli/rotate-key-command.ts';
import { startServing } from './cli/serve-command.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`latchkey-mock-server: ${line}\n`);

async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === 'rotate-key') return void process.stdout.write(await rotateKey(rest, process.env));
  const command = readCommandLine(process.argv.slice(2), process.env);
  if (command === 'help') return void process.stdout.write(usage);
  if (command === 'version') return void say(version());

  const { database } = command;
  const isFile = database !== 'memory' && !isPostgres(database);
  const isNew = isFile && !existsSync(database);
  const { url, place, userCount, stop } = await startServing(command, {
    onForeignPage: (origin) => complain(`A page of ${origin} asked and is not allowed: start with --origin ${origin}`),
  });
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
  if (isNew) complain(`made ${place}, and a secret beside it: keep both out of version control.`);
  if (database === 'memory') {
    say('Sessions, keys and users are gone when it ends; --db latchkey.sqlite keeps them in that file.');
    if (existsSync('latchkey.sqlite'))
      complain('latchkey.sqlite is here and not used: name it with --db latchkey.sqlite.');
  }
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
