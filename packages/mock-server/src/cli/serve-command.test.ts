import { writeFileSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { serve } from '../node.ts';
import { testServer } from '../testing/api.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { readCommandLine } from './command-line.ts';
import { Failure } from './failure.ts';
import { startServing } from './serve-command.ts';

/** Why the server does not start. */
async function failureOf(...args: string[]): Promise<Failure> {
  const command = readCommandLine(['--port', '0', ...args]);
  if (typeof command === 'string') throw new Error(command);
  const end = await startServing(command).catch((error: unknown) => error);
  if (end instanceof Failure) return end;
  throw new Error('It started.');
}

it.each([
  ['[{"username":"ada","password":"secret words"', /is no JSON/],
  ['{"ada":"secret words"}', /holds no list of users/],
  ['[{"username":"ada","pasword":"secret words"}]', /has a user \(number 1\) who is not/],
  ['[{"username":"ada","password":"secret words"},{"username":"ada","password":"secret words"}]', /Two users/],
])('does not start with the users %s, and tells no password', async (text, message) => {
  const path = temporaryFolder()('users.json');
  writeFileSync(path, text);
  const failure = await failureOf('--users', path, '--db', 'memory');
  expect(failure).toMatchObject({ message: expect.stringMatching(message), exitCode: 1 });
  expect(failure.message).not.toContain('secret');
});

it.each([
  ['secret', 'A password has 8 to 1024 bytes.'],
  ['sunshine', 'The password is one of the most common ones.'],
])('does not start with a weak password unless it is told to, and does not tell it: %s', async (password, reason) => {
  const path = temporaryFolder()('users.json');
  writeFileSync(path, JSON.stringify([{ username: 'ada', password }]));
  const { message, exitCode } = await failureOf('--users', path, '--db', 'memory');
  expect([exitCode, message]).toEqual([1, expect.stringContaining(`has a weak password for "ada": ${reason}`)]);
  expect(message).not.toContain(password);
  const command = readCommandLine(['--port', '0', '--users', path, '--db', 'memory', '--weak-passwords']);
  if (typeof command === 'string') throw new Error(command);
  const { userCount, stop } = await startServing(command);
  await stop();
  expect(userCount).toBe(1);
});

it.each([
  [['--users', 'no/such/users.json'], /The users file ".+" cannot be read: ENOENT/],
  [['--db', 'no/such/folder.sqlite'], /The database .+ cannot be used: ENOENT/],
  [['--db', import.meta.filename], /cannot be used: file is not a database/],
  [
    ['--db', 'postgres://u:secret@127.0.0.1:1/d'],
    /^PostgreSQL cannot be used: nothing listens at its address \(ECONNREFUSED\)\.$/,
  ],
])('does not start with %j, and says why', async (args, message) => {
  vi.stubEnv('LATCHKEY_KEY_SECRET', 'a secret of the tests that is long enough');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await failureOf(...args)).toMatchObject({ message: expect.stringMatching(message), exitCode: 1 });
});

it('says that somebody else listens on the port', async () => {
  const { url, close } = await serve(testServer().server);
  const { message } = await failureOf('--db', 'memory', '--port', new URL(url).port);
  expect(message).toMatch(/cannot listen on port \d+ of 127.0.0.1: somebody else does/);
  await close();
});
