import { parseArgs } from 'node:util';
import { type ContenderName, names } from './bundles.ts';

export const engines = ['chromium', 'firefox'] as const;
export type BenchEngine = (typeof engines)[number];

const tasks = ['fresh', 'storm', 'across', 'start', 'growth'] as const;
export type TaskName = (typeof tasks)[number];

export interface BenchOptions {
  readonly engines: readonly BenchEngine[];
  readonly contenders: readonly ContenderName[];
  readonly tasks: readonly TaskName[];
  readonly rounds: number;
  /** Whether to write the document. */
  readonly write: boolean;
}

export const usage = `Measures the client next to others, and writes docs/benchmarks.md.

  pnpm bench [--engines chromium,firefox] [--contenders latchkey,axios-auth-refresh,…]
             [--tasks fresh,storm,across,start,growth] [--rounds 5] [--no-write]

A run that leaves something out prints its tables and writes nothing.
`;

/** @throws Error for anything unknown. */
export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      engines: { type: 'string' },
      contenders: { type: 'string' },
      tasks: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      'no-write': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is no number of rounds: ${values.rounds}`);
  const isWhole = values.engines === undefined && values.contenders === undefined && values.tasks === undefined;
  return {
    engines: chosen('engines', values.engines, engines),
    contenders: chosen('contenders', values.contenders, names),
    tasks: chosen('tasks', values.tasks, tasks),
    rounds,
    write: isWhole && !values['no-write'],
  };
}

function chosen<T extends string>(option: string, given: string | undefined, all: readonly T[]): readonly T[] {
  if (given === undefined) return all;
  const wanted = given.split(',');
  const unknown = wanted.filter((name) => !all.includes(name as T));
  if (unknown.length > 0)
    throw new Error(`--${option} does not know ${unknown.join(', ')}; it knows ${all.join(', ')}`);
  return all.filter((name) => wanted.includes(name));
}
