import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openDemoSite } from '../../demo/site.ts';

const serve = fileURLToPath(new URL('../../demo/serve.ts', import.meta.url));

/** Runs `node demo/serve.ts` to its end. */
async function run(args: string[], env: NodeJS.ProcessEnv = process.env): Promise<{ code: number; output: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [serve, ...args], { env });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

async function openSite(ports: number[] = [0]) {
  const site = await openDemoSite(ports);
  onTestFinished(() => site.close());
  return site;
}

test.each([
  ['/', 'text/html; charset=utf-8'],
  ['/latchkey.iife.min.js', 'text/javascript; charset=utf-8'],
  ['/latchkey-mock-server.iife.min.js', 'text/javascript; charset=utf-8'],
  ['/mockServiceWorker.js', 'text/javascript; charset=utf-8'],
])('serves %s as %s', async (path, type) => {
  const { url } = await openSite();
  const response = await fetch(new URL(path, url));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test.each(['/serve.ts', '/demo/', '/package.json', '/%2e%2e/package.json', '/index.html/..%2fserve.ts', '/dist/'])(
  'serves nothing else, such as %s',
  async (path) => {
    const { url } = await openSite();
    expect((await fetch(new URL(path, url))).status).toBe(404);
  },
);

test('answers a request that slipped past the service worker as an outage, never as a refusal', async () => {
  const { url } = await openSite();
  const response = await fetch(new URL('/api/auth/refresh', url), { method: 'POST' });
  expect(response.status).toBe(503);
});

test('lets the page run its own scripts only and talk to its own origin only', async () => {
  const { url } = await openSite();
  const policy = (await fetch(url)).headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/default-src 'none'/);
  expect(policy).toMatch(/script-src 'self' 'sha256-[^']+';/);
  expect(policy).toMatch(/connect-src 'self';/);
  expect(policy).not.toMatch(/unsafe/);
});

test('takes the next port where one is taken, unless that very port was asked for', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, 'localhost', resolve));
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect((await openSite([port, 0])).url).not.toContain(`:${port}/`);
  const { code, output } = await run(['--port', String(port)]);
  expect(code).toBe(1);
  expect(output).toContain('EADDRINUSE');
});

test('says how it is used, and what it does not understand', async () => {
  expect(await run(['--help'])).toMatchObject({ code: 0, output: expect.stringMatching(/--port N[\s\S]+--check/) });
  expect(await run(['--port', 'eighty'])).toMatchObject({ code: 1, output: expect.stringContaining('eighty') });
  expect(await run(['--frobnicate'])).toMatchObject({ code: 1, output: expect.stringContaining('--frobnicate') });
});

test('fails its check where there is no Chromium, naming the Debian package', async () => {
  const { code, output } = await run(['--check'], { ...process.env, PATH: '' });
  expect(code).toBe(1);
  expect(output).toMatch(/NOT CHECKED: no Chromium .* chromium$/m);
});
