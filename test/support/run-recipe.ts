import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromiumPath } from './installed-engines.ts';

const run = promisify(execFile);
const test = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Two ports in a row that nobody listens to. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Runs another test runner as an application would, in a process of its own; returns what it printed. */
export async function runRecipe(folder: string, command: string, args: string[]): Promise<string> {
  const output = await mkdtemp(join(tmpdir(), 'latchkey-recipe-'));
  const outside = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|TEST|FORCE_COLOR)/.test(name));
  const env = {
    ...Object.fromEntries(outside),
    NO_COLOR: '1',
    CHROMIUM: chromiumPath(),
    PORT: String(await freePort()),
    PLAYWRIGHT_OUTPUT: output,
  };
  try {
    const script = test(`node_modules/${command}`);
    const { stdout } = await run(process.execPath, [script, ...args], { cwd: test(folder), env, timeout: 170_000 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}\n${stderr}`, { cause: error });
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
