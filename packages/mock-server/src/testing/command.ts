import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const commandAt = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly url: string;
  send(signal: NodeJS.Signals): void;
  /** How it ended, when it has. */
  readonly ended: Promise<Ended>;
}

/** Runs `latchkey-mock-server` to its end. */
export const runCommand = (args: readonly string[], cwd?: string): Promise<Ended> => spawned('cli.ts', args, cwd).ended;

/** Runs `latchkey-conformance` to its end. */
export const runConformance = (args: readonly string[], cwd?: string): Promise<Ended> =>
  spawned('conformance-cli.ts', args, cwd).ended;

/** Starts `latchkey-mock-server` on a free port; it ends with the test at the latest. */
export async function startCommand(args: readonly string[], cwd?: string): Promise<RunningCommand> {
  const { child, ended } = spawned('cli.ts', ['--port', '0', ...args], cwd);
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /Listening on (\S+),/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(({ stderr }) => reject(new Error(`It ended: ${stderr}`)));
  });
  return { url, send: (signal) => void child.kill(signal), ended };
}

function spawned(file: string, args: readonly string[], cwd?: string): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [commandAt(file), ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      said[stream] += chunk.toString();
    });
  }
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...said }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended };
}
