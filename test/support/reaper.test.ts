import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';

const isRunning = async (pid: number): Promise<boolean> => {
  // A killed process stays in the table as a zombie until its parent has asked for it.
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) Z/.test(state);
};

test.skipIf(process.platform !== 'linux')('what a test started dies with it, even when it is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-reaper-'));
  await writeFile(join(folder, 'file'), '');
  const program = `
    import { spawn } from 'node:child_process';
    import { ownFolder, ownGroup } from '${new URL('reaper.ts', import.meta.url).href}';
    const start = () => spawn('/bin/sleep', ['300'], { detached: true, stdio: 'ignore' });
    const [kept, first, second] = [start(), start(), start()];
    ownGroup(first.pid).end();
    ownGroup(second.pid);
    ownFolder(${JSON.stringify(folder)});
    console.log([kept.pid, first.pid, second.pid].join(' '));
    setInterval(() => {}, 1000);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = await new Promise<number[]>((read) =>
    createInterface(owner.stdout).once('line', (line) => read(line.split(' ').map(Number))),
  );
  const [kept = 0, first = 0, second = 0] = pids;
  onTestFinished(() => void process.kill(kept, 'SIGKILL'));
  await vi.waitFor(async () => expect(await isRunning(first)).toBe(false));
  expect(await isRunning(second)).toBe(true);
  owner.kill('SIGKILL');
  await vi.waitFor(async () => expect([await isRunning(second), existsSync(folder)]).toEqual([false, false]), 5_000);
  expect(await isRunning(kept)).toBe(true);
});
