import { cpus, release, totalmem } from 'node:os';
import type { MemoryResult, PurgeResult, RequestsResult } from './jobs.ts';
import type { BenchOptions, StoreName } from './options.ts';
import { mean, median, quantile } from './timing.ts';

export interface Measured {
  readonly options: BenchOptions;
  /** All rounds of each store and size. */
  readonly requests: readonly { store: StoreName; sessions: number; rounds: readonly RequestsResult[] }[];
  readonly purges: readonly { store: StoreName; result: PurgeResult }[];
  readonly memory: MemoryResult | null;
  readonly versions: readonly string[];
  readonly command: string;
  readonly at: Date;
}

const targets = { ratio: 1.3, gap: 50, bytes: 1_024 };
const names: Readonly<Record<StoreName, string>> = { memory: 'memory', sqlite: 'SQLite', postgres: 'PostgreSQL' };

/** The document, as Markdown. */
export const report = (measured: Measured): string =>
  [
    '# Benchmarks of the mock server',
    `Written by \`${measured.command}\` on ${measured.at.toISOString().slice(0, 10)}. ${machine(measured.versions)}`,
    `A request goes through the whole server (\`server.fetch\`, no network): a refresh checks, rotates, seals the successor and signs
an access token; a logout verifies the pair and revokes. Each request takes another session, picked from all over the store. p50
and p99 are of requests one after the other, the rates of sixteen at a time; the numbers are medians of ${measured.options.rounds} rounds
(p99: of all rounds together), each in a process of its own. SQLite and PostgreSQL write to the disk before they answer.`,
    '## Refresh and logout',
    requestTable(measured),
    '## Does a store with more sessions cost more?',
    `The cost of one request with the most sessions, compared to the fewest. The aim is at most ${targets.ratio} for a refresh.`,
    ratioTable(measured),
    '## Does a purge get in the way?',
    `A purge of ${count(measured.options.dead)} sessions that ended long ago (three tokens each) beside as many live ones, while refreshes
arrive one after the other. Milliseconds; in brackets the same without a purge. The aim is that none waits for more than ${targets.gap}.`,
    purgeTable(measured),
    ...memorySection(measured),
  ]
    .join('\n\n')
    .concat('\n');

function requestTable({ requests }: Measured): string {
  const rows = requests.map(({ store, sessions, rounds }) => [
    names[store],
    count(sessions),
    ...(['refresh', 'logout'] as const).flatMap((kind) => {
      const timings = rounds.map((round) => round[kind]);
      return [
        count(median(timings.map(({ perSecond }) => perSecond))),
        ms(median(timings.map(({ times }) => median(times)))),
        ms(
          quantile(
            timings.flatMap(({ times }) => times),
            0.99,
          ),
        ),
      ];
    }),
  ]);
  return table(['store', 'sessions', 'refreshes/s', 'p50 ms', 'p99 ms', 'logouts/s', 'p50 ms', 'p99 ms'], rows);
}

function ratioTable({ requests, options }: Measured): string {
  const [fewest, most] = [Math.min(...options.sizes), Math.max(...options.sizes)];
  const rows = options.stores.map((store) => {
    const rounds = (sessions: number) =>
      requests.find((cell) => cell.store === store && cell.sessions === sessions)?.rounds ?? [];
    const ratio = (cost: (round: RequestsResult) => number) =>
      median(rounds(most).map(cost)) / median(rounds(fewest).map(cost));
    const refresh = ratio((round) => median(round.refresh.times));
    return [
      names[store],
      ...[
        refresh,
        ratio((round) => mean(round.refresh.times)),
        ratio((round) => 1 / round.refresh.perSecond),
        ratio((round) => median(round.logout.times)),
        ratio((round) => 1 / round.logout.perSecond),
      ].map((number) => number.toFixed(2)),
      verdict(refresh <= targets.ratio),
    ];
  });
  return table(
    [`${count(most)} : ${count(fewest)}`, 'refresh p50', 'mean', 'at once', 'logout p50', 'at once', 'aim'],
    rows,
  );
}

function purgeTable({ purges }: Measured): string {
  const rows = purges.map(({ store, result }) => [
    names[store],
    count(result.purged),
    `${(result.duration / 1_000).toFixed(1)} s`,
    count(result.served),
    `${result.longestRequest.toFixed(0)} (${result.longestWithout.toFixed(0)})`,
    `${result.longestGap.toFixed(0)} (${result.longestGapWithout.toFixed(0)})`,
    verdict(result.longestGap <= targets.gap && result.longestRequest <= targets.gap),
  ]);
  return table(['store', 'purged', 'took', 'refreshes meanwhile', 'longest request', 'longest gap', 'aim'], rows);
}

function memorySection({ memory }: Measured): string[] {
  if (memory === null) return [];
  const { bytesPerSession, bytesPerRotation } = memory;
  return [
    '## How much memory does a session take?',
    `In the memory store ${count(bytesPerSession)} bytes (the aim is less than ${count(targets.bytes)}: ${verdict(bytesPerSession < targets.bytes)}); each
refresh leaves ${count(bytesPerRotation)} more until the session's three months are over: the tombstone that tells reuse from nonsense.`,
  ];
}

const verdict = (reached: boolean): string => (reached ? 'reached' : '**missed**');

function machine(versions: readonly string[]): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `The machine: ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, ${memory} GiB, ${process.platform} ${release()} (${process.arch}); ${versions.join(', ')}.`;
}

const count = (number: number): string => Math.round(number).toLocaleString('en-US');
const ms = (number: number): string => number.toFixed(2);

/** In the form that the formatter would give it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
