import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand, startCommand } from '../testing/command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

/*
 * Kind: a command leaves something in the folder it was tried in, or open to others, without saying so.
 */

const patience = 60_000;
const modeOf = (path: string): number => statSync(path).mode & 0o777;

it('a first try leaves no file, and says how to keep sessions (OS8)', { timeout: patience }, async () => {
  const folder = dirname(temporaryFolder()('x'));
  const server = await startCommand([], folder);
  await fetch(server.url);
  server.send('SIGTERM');
  const { stdout } = await server.ended;
  expect(readdirSync(folder)).toEqual([]);
  expect(stdout).toMatch(/gone when it ends; --db latchkey\.sqlite keeps them/);
});

it('a file from an earlier try is named when it is not used (OS8)', { timeout: patience }, async () => {
  const inFolder = temporaryFolder();
  writeFileSync(inFolder('latchkey.sqlite'), '');
  const server = await startCommand([], dirname(inFolder('latchkey.sqlite')));
  server.send('SIGTERM');
  expect((await server.ended).stderr).toMatch(/latchkey\.sqlite is here and not used/);
});

it('a file that is made is said to be, and is for its owner only (OS8)', { timeout: patience }, async () => {
  const file = temporaryFolder()('kept.sqlite');
  const server = await startCommand(['--db', file]);
  expect([file, `${file}-wal`, `${file}-shm`].filter((path) => existsSync(path)).map(modeOf)).toEqual([
    0o600, 0o600, 0o600,
  ]);
  server.send('SIGTERM');
  expect((await server.ended).stderr).toMatch(/made .+kept\.sqlite.+keep both out of version control/);
});

it.each([0o644, 0o666, 0o640, 0o604])(
  'a file that others could read, mode %i, is closed to them (OX18)',
  { timeout: patience },
  async (mode) => {
    const file = temporaryFolder()('open.sqlite');
    writeFileSync(file, '');
    chmodSync(file, mode);
    const server = await startCommand(['--db', file]);
    server.send('SIGTERM');
    expect((await server.ended).code).toBe(0);
    expect(modeOf(file)).toBe(0o600);
  },
);

it('a page that is not allowed is named on the console, once, with what to do (OS5)', {
  timeout: patience,
}, async () => {
  const server = await startCommand(['--origin', 'https://app.example']);
  const ask = (origin: string, path = 'me') => fetch(new URL(path, server.url), { headers: { origin } });
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:5174', 'access-control-request-method': 'POST' },
  };
  for (let time = 0; time < 3; time += 1) await ask('http://localhost:5173');
  await fetch(new URL('auth/login', server.url), preflight);
  await ask('https://app.example');
  await ask(new URL(server.url).origin);
  for (const nonsense of ['null', 'what\u001b[31m', 'https://a.example/path', `https://${'a'.repeat(300)}`])
    await ask(nonsense).catch(() => {});
  for (let n = 0; n < 50; n += 1) await ask(`https://made-up-${n}.example`);
  server.send('SIGTERM');
  const lines = (await server.ended).stderr.split('\n').filter((line) => line.includes('is not allowed'));
  expect(lines.slice(0, 2)).toEqual([
    'latchkey-mock-server: A page of http://localhost:5173 asked and is not allowed: start with --origin http://localhost:5173',
    'latchkey-mock-server: A page of http://localhost:5174 asked and is not allowed: start with --origin http://localhost:5174',
  ]);
  expect(lines).toHaveLength(20);
});

it('rotate-key asks for its database (OS8)', { timeout: patience }, async () => {
  expect(await runCommand(['rotate-key'])).toMatchObject({ code: 2, stderr: expect.stringContaining('needs --db') });
});
