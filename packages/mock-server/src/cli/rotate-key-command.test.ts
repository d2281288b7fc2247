// Kind: a key that may have leaked must be replaceable by whoever runs the server, at once and without a program of their own.
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { apiOf, pairOf, tokensOf } from '../testing/api.ts';
import { runCommand, startCommand } from '../testing/command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

const ada = { username: 'ada', password: 'correct horse' };

it('rotate-key withdraws a leaked key from a server that runs, and nobody is logged out (OX2)', {
  timeout: 60_000,
}, async () => {
  const inFolder = temporaryFolder();
  writeFileSync(inFolder('users.json'), JSON.stringify([ada]));
  const db = inFolder('app.sqlite');
  const running = await startCommand(['--users', inFolder('users.json'), '--db', db]);
  const api = apiOf((path, init) => fetch(new URL(path, running.url), init));
  const tokens = await tokensOf(await api.login(ada));
  expect((await api.me(tokens.access_token)).status).toBe(200);

  const ended = await runCommand(['rotate-key', '--db', db]);
  expect(ended).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Key [\w-]{11} signs from now on/),
    stderr: '',
  });

  expect((await api.me(tokens.access_token)).status).toBe(401);
  const refreshed = await tokensOf(await api.refresh(tokens.refresh_token));
  expect((await api.me(refreshed.access_token)).status).toBe(200);
  expect(await (await api.logout(pairOf({ ...refreshed, access_token: tokens.access_token }))).json()).toEqual({
    status: 'revoked',
  });
});

it('rotate-key says what is wrong in one sentence (OX2)', { timeout: 60_000 }, async () => {
  const inFolder = temporaryFolder();
  const db = inFolder('app.sqlite');
  expect((await runCommand(['rotate-key', '--db', db])).code).toBe(0);
  writeFileSync(inFolder('app.secret'), 'another secret of more than 32 characters');
  const wrong = await Promise.all([
    runCommand(['rotate-key', '--db', db]),
    runCommand(['--db', db]),
    runCommand(['rotate-key', '--db', 'memory']),
    runCommand(['rotate-key', '--verbose']),
    runCommand(['rotate-key', '--db', 'postgres://localhost:1/app']),
  ]);
  expect(wrong.map(({ code, stdout }) => [code, stdout])).toEqual([
    [1, ''],
    [1, ''],
    [2, ''],
    [2, ''],
    [1, ''],
  ]);
  expect(wrong.map(({ stderr }) => /another secret|memory|--help|LATCHKEY_KEY_SECRET/.exec(stderr)?.[0])).toEqual([
    'another secret',
    'another secret',
    'memory',
    '--help',
    'LATCHKEY_KEY_SECRET',
  ]);
});
