import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conformanceRules } from '../conformance.ts';
import { type RunningServer, serve } from '../node.ts';
import { ada, eve, testServer } from '../testing/api.ts';
import { runConformance } from '../testing/command.ts';
import { app, fully } from '../testing/conformance-server.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { runConformanceCommand } from './conformance-command.ts';

let withClock: RunningServer;
let without: RunningServer;

beforeAll(async () => {
  const started = (clockEndpoint: boolean) => serve(testServer({ allowedOrigins: [app] }).server, { clockEndpoint });
  [withClock, without] = [await started(true), await started(false)];
});

afterAll(async () => {
  await Promise.all([withClock.close(), without.close()]);
});

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const code = await runConformanceCommand(args, {
    environment: { LATCHKEY_PASSWORD: ada.password, LATCHKEY_OTHER_PASSWORD: eve.password },
    version: '1.2.3',
    say(text) {
      said.stdout += text;
    },
    complain(text) {
      said.stderr += text;
    },
  });
  return { code, ...said };
}

const asAda = ['--user', ada.username];

it('the command starts', { timeout: 60_000 }, async () => {
  expect(await runConformance(['--version'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

it('prints its help, its version and its rules', { timeout: 60_000 }, async () => {
  expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--clock URL'), stderr: '' });
  expect(await run('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  expect((await run('--list')).stdout.trim().split('\n').length).toBe(conformanceRules.length);
});

it('ends with 0 for a server that conforms, and writes its reports', { timeout: 60_000 }, async () => {
  const inFolder = temporaryFolder();
  const { code, stdout, stderr } = await run(
    ...[withClock.url, ...asAda, '--other-user', eve.username, '--origin', app, '--clock', String(fully.clock)],
    ...['--only', 'REF-5', '--only', 'LOG-T0', '--only', 'WIR-8', '--strict'],
    ...['--json', inFolder('report.json'), '--junit', inFolder('report.xml')],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/The server keeps what was checked\. 12 passed, 0 failed, in/);
  const report = JSON.parse(readFileSync(inFolder('report.json'), 'utf8')) as object;
  expect(report).toMatchObject({ conforms: true, counts: { passed: 12, failed: 0, notChecked: 0 } });
  expect(readFileSync(inFolder('report.xml'), 'utf8')).toContain('<testsuites ');
});

it('ends with 1 for a server that does not conform', { timeout: 60_000 }, async () => {
  const { code, stdout } = await run(without.url, ...asAda, '--only', 'WIR-3.good', '--api', 'auth/login');
  expect(code).toBe(1);
  expect(stdout).toContain('The server does not conform. 0 passed, 1 failed');
});

/** An address at which somebody was listening a moment ago. */
async function nobodyThere(): Promise<string> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  return `http://127.0.0.1:${port}`;
}

it('ends with 2 and says in one sentence why nothing is known', { timeout: 60_000 }, async () => {
  const cases: [string[], RegExp][] = [
    [
      [without.url, ...asAda, '--password', 'a wrong one'],
      /The login of "ada" does not work: POST \S+ was answered 400/,
    ],
    [[await nobodyThere(), ...asAda], /The server at \S+ does not answer: connect ECONNREFUSED/],
    // Nobody can move the time of a server that was not told to let them.
    [[without.url, ...asAda, '--clock', String(fully.clock)], /The clock did not advance: it answered 404/],
    [[without.url, ...asAda, '--only', 'REF-5'], /None of these rules could be checked/],
    [[without.url, ...asAda, '--only', 'REF-99'], /There is no rule REF-99/],
    [
      [without.url, ...asAda, '--only', 'WIR-3', '--json', temporaryFolder()('no/such/folder.json')],
      /The report ".+" cannot be written: ENOENT/,
    ],
  ];
  for (const [args, message] of cases) {
    const { code, stderr, stdout } = await run(...args);
    expect([args, code, stderr]).toEqual([args, 2, expect.stringMatching(message)]);
    expect(stderr).toMatch(/^latchkey-conformance: [^\n]+\.\n$/);
    expect(stdout + stderr).not.toMatch(/correct horse|a wrong one/);
  }
});
