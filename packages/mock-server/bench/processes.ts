import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, MemoryResult, Message, Order, PurgeResult } from './jobs.ts';
import type { StoreName } from './options.ts';
import type { Place } from './stores.ts';
import { type Stretch, sum } from './timing.ts';

/** What requests of one kind took in one round. */
export interface Times {
  /** Of one after the other, in milliseconds. */
  readonly each: readonly number[];
  /** Sixteen at a time. */
  readonly perSecond: number;
}

export interface RequestTimes {
  readonly store: StoreName;
  readonly sessions: number;
  readonly refresh: Times;
  readonly logout: Times;
}

export interface Racer {
  readonly place: Place;
  readonly sessions: number;
  readonly first: number;
}

interface Process {
  readonly sessions: number;
  readonly child: ChildProcess;
}

const atOnce = 16;
const lengthOf = { one: 10, many: 5 * atOnce } as const;

/**
 * Measures stores of different sizes against each other, each in a process of its own. They take turns, a few requests at a time,
 * so that whatever else the machine does meets all of them.
 */
export async function race(store: StoreName, racers: readonly Racer[], requests: number): Promise<RequestTimes[]> {
  const processes: Process[] = [];
  try {
    for (const racer of racers) {
      const { child } = await started({ kind: 'requests', ...racer });
      processes.push({ sessions: racer.sessions, child });
    }
    const refresh = await inTurns(processes, 'refresh', requests);
    const logout = await inTurns(processes, 'logout', requests);
    return processes.map(({ sessions }, index) => ({
      store,
      sessions,
      refresh: refresh[index] as Times,
      logout: logout[index] as Times,
    }));
  } finally {
    for (const { child } of processes) child.kill('SIGKILL');
  }
}

async function inTurns(processes: readonly Process[], kind: Order['kind'], requests: number): Promise<Times[]> {
  const half = Math.floor(requests / 2);
  const single = await stretches(processes, { kind, atOnce: 1 }, half, lengthOf.one);
  const together = await stretches(processes, { kind, atOnce }, requests - half, lengthOf.many);
  return processes.map((_, index) => {
    const many = together[index] ?? [];
    return {
      each: (single[index] ?? []).flatMap(({ times }) => times),
      perSecond: ((requests - half) * 1_000) / sum(many.map(({ elapsed }) => elapsed)),
    };
  });
}

async function stretches(
  processes: readonly Process[],
  order: Omit<Order, 'count'>,
  total: number,
  length: number,
): Promise<Stretch[][]> {
  const done: Stretch[][] = processes.map(() => []);
  for (let left = total; left > 0; left -= length) {
    for (const [index, { child }] of processes.entries()) {
      const answer = nextMessage(child);
      child.send({ ...order, count: Math.min(left, length) });
      const message = await answer;
      if (message.type === 'stretch') done[index]?.push(message.stretch);
    }
  }
  return done;
}

export async function measurePurge(job: Job & { kind: 'purge' }): Promise<PurgeResult> {
  const { child, message } = await started(job);
  child.kill('SIGKILL');
  if (message.type !== 'purge') throw new Error(`It says ${message.type}.`);
  return message.result;
}

export async function measureMemory(job: Job & { kind: 'memory' }): Promise<MemoryResult> {
  const { child, message } = await started(job);
  child.kill('SIGKILL');
  if (message.type !== 'memory') throw new Error(`It says ${message.type}.`);
  return message.result;
}

async function started(job: Job): Promise<{ child: ChildProcess; message: Message }> {
  const script = fileURLToPath(new URL('measure.ts', import.meta.url));
  const child = fork(script, [JSON.stringify(job)], { execArgv: ['--expose-gc', '--max-old-space-size=8192'] });
  return { child, message: await nextMessage(child) };
}

function nextMessage(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('A process that measured has ended.'));
    child.once('exit', onExit);
    child.once('message', (message: Message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
