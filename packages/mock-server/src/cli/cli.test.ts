import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { apiOf, outcomeOf, pairOf, type Send, someKey, tokensOf } from '../testing/api.ts';
import { type RunningCommand, runCommand, startCommand } from '../testing/command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

/** Each command is a process of its own; some tests start a dozen. */
const patience = 60_000;
const ada = { username: 'ada', password: 'correct horse' };

const apiAt = ({ url }: { url: string }) => apiOf(sendTo(url));
const sendTo =
  (url: string): Send =>
  (path, init) =>
    fetch(new URL(path, url), init);

async function stopped(running: RunningCommand, signal: NodeJS.Signals = 'SIGTERM') {
  running.send(signal);
  return running.ended;
}

it('prints its help and its version', { timeout: patience }, async () => {
  const [help, version] = await Promise.all([runCommand(['--help']), runCommand(['--version'])]);
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--db WHERE'), stderr: '' });
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
});

it('says in one sentence what is wrong, without a stack trace or a password', { timeout: patience }, async () => {
  const users = temporaryFolder()('users.json');
  writeFileSync(users, '[{"username":"ada","password":"secret words"');
  const [misused, failed] = await Promise.all([runCommand(['--verbose']), runCommand(['--users', users])]);
  expect([misused.code, failed.code]).toEqual([2, 1]);
  for (const { stdout, stderr } of [misused, failed]) {
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^latchkey-mock-server: [^\n]+\.\n$/);
    expect(stderr).not.toContain('secret');
  }
});

it('keeps sessions, keys and users in its file over a restart', { timeout: patience }, async () => {
  const inFolder = temporaryFolder();
  const folder = dirname(inFolder('users.json'));
  writeFileSync(inFolder('users.json'), JSON.stringify([{ ...ada, claims: { role: 'admin' } }]));
  const first = await startCommand(
    ['--users', 'users.json', '--origin', 'https://app.example', '--db', 'latchkey.sqlite'],
    folder,
  );
  const login = await apiAt(first).login(ada);
  const tokens = await tokensOf(login);
  const preflight = await sendTo(first.url)('auth/refresh', {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
  expect(await stopped(first)).toEqual({
    code: 0,
    stdout: expect.stringContaining('latchkey.sqlite'),
    stderr: expect.stringContaining('made latchkey.sqlite, and a secret beside it'),
  });

  const files = readdirSync(folder).filter((name) => name.startsWith('latchkey.sqlite'));
  expect(files).toEqual(['latchkey.sqlite']);
  const kept = readFileSync(inFolder('latchkey.sqlite'), 'latin1');
  expect(kept).toContain('$argon2id$');
  for (const secret of [ada.password, tokens.refresh_token, tokens.access_token]) expect(kept).not.toContain(secret);

  const second = await startCommand(['--db', 'latchkey.sqlite'], folder);
  const api = apiAt(second);
  expect(await (await api.me(tokens.access_token)).json()).toMatchObject({ username: 'ada', role: 'admin' });
  const refreshed = await tokensOf(await api.refresh(tokens.refresh_token, someKey(1)));
  await tokensOf(await api.login(ada));
  expect(await outcomeOf(await api.logout(pairOf(refreshed)))).toEqual([200, { status: 'revoked' }]);
  expect((await stopped(second, 'SIGINT')).code).toBe(0);
});

it('ends the sessions of a user whose password is another one in the file', { timeout: patience }, async () => {
  const inFolder = temporaryFolder();
  const args = ['--users', inFolder('users.json'), '--db', inFolder('kept.sqlite')];
  writeFileSync(inFolder('users.json'), JSON.stringify([ada]));
  const first = await startCommand(args);
  const { access_token } = await tokensOf(await apiAt(first).login(ada));
  await stopped(first);
  const same = await startCommand(args);
  expect((await apiAt(same).me(access_token)).status).toBe(200);
  await stopped(same);
  writeFileSync(inFolder('users.json'), JSON.stringify([{ ...ada, password: 'battery staple' }]));
  const changed = await startCommand(args);
  expect((await apiAt(changed).me(access_token)).status).toBe(401);
  expect((await apiAt(changed).login(ada)).status).toBe(400);
});

it('finishes the requests under way when it is told to stop', { timeout: patience }, async () => {
  const server = await startCommand(['--db', 'memory']);
  const body = JSON.stringify({ username: 'ada', password: 'wrong horse' });
  const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' };
  const slow = request(new URL('auth/login', server.url), { method: 'POST', headers });
  const answer = new Promise<number | undefined>((resolve, reject) => {
    slow.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
  // The server has read the headers.
  await new Promise((resolve) => slow.once('continue', () => resolve(null)).flushHeaders());
  server.send('SIGTERM');
  await refused(server.url);
  slow.end(body);
  expect(await answer).toBe(400);
  expect(await server.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('nobody can log in') });
});

async function refused(url: string): Promise<void> {
  while (
    await fetch(url).then(
      () => true,
      () => false,
    )
  );
}
