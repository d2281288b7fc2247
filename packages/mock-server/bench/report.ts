import { cpus, release, totalmem } from 'node:os';
import type { Meanwhile, MemoryResult, PurgeResult } from './jobs.ts';
import type { LoginTimes } from './logins.ts';
import type { BenchOptions, StoreName } from './options.ts';
import type { RequestTimes, Times } from './processes.ts';
import { mean, median, quantile } from './timing.ts';

export interface Measured {
  readonly options: BenchOptions;
  /** Of all rounds. */
  readonly requests: readonly RequestTimes[];
  readonly purges: readonly { store: StoreName; result: PurgeResult }[];
  readonly logins: readonly LoginTimes[];
  readonly memory: MemoryResult | null;
  readonly versions: readonly string[];
  readonly command: string;
  readonly at: Date;
  /** How many processes wanted to run when it began. */
  readonly load: number;
}

const targets = { ratio: 1.3, gap: 50, bytes: 1_024 };
const names: Readonly<Record<StoreName, string>> = { memory: 'memory', sqlite: 'SQLite', postgres: 'PostgreSQL' };

/** The document, as Markdown. */
export const report = (measured: Measured): string =>
  [
    '# Benchmarks of the mock server',
    `Written by \`${measured.command}\` on ${measured.at.toISOString().slice(0, 10)}. ${machine(measured)}`,
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
arrive one after the other. Milliseconds; in brackets the same for as long without a purge. The gap is how long the process did
nothing else at a time. The aim is that no refresh waits for more than ${targets.gap} on account of it: where the longest took more, that is counted on top of the longest without a purge.`,
    purgeTable(measured),
    '## Does a user who has had many sessions log in more slowly?',
    `A login of a user with ${count(measured.options.dead)} sessions that have ended (three tokens each), beside one of a user without; the password hash is
a cheap one, so that the store is what is measured. Milliseconds. The aim is at most ${targets.ratio} times as long.`,
    loginTable(measured),
    ...memorySection(measured),
  ]
    .join('\n\n')
    .concat('\n');

const kinds = ['refresh', 'logout'] as const;

function roundsOf({ requests }: Measured, store: StoreName, sessions: number, kind: (typeof kinds)[number]): Times[] {
  return requests.filter((round) => round.store === store && round.sessions === sessions).map((round) => round[kind]);
}

const eachOf = (rounds: readonly Times[]): readonly number[] => rounds.flatMap(({ each }) => each);
const rateOf = (rounds: readonly Times[]): number => median(rounds.map(({ perSecond }) => perSecond));

function requestTable(measured: Measured): string {
  const { stores, sizes } = measured.options;
  const rows = stores.flatMap((store) =>
    sizes.map((sessions) => [
      names[store],
      count(sessions),
      ...kinds.flatMap((kind) => {
        const rounds = roundsOf(measured, store, sessions, kind);
        return [count(rateOf(rounds)), ms(median(eachOf(rounds))), ms(quantile(eachOf(rounds), 0.99))];
      }),
    ]),
  );
  return table(['store', 'sessions', 'refreshes/s', 'p50 ms', 'p99 ms', 'logouts/s', 'p50 ms', 'p99 ms'], rows);
}

function ratioTable(measured: Measured): string {
  const { sizes, stores } = measured.options;
  const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
  const rows = stores.map((store) => {
    const ratio = (kind: (typeof kinds)[number], cost: (rounds: readonly Times[]) => number) =>
      cost(roundsOf(measured, store, most, kind)) / cost(roundsOf(measured, store, fewest, kind));
    const typical = (rounds: readonly Times[]) => median(eachOf(rounds));
    const refresh = ratio('refresh', typical);
    const ratios = [
      refresh,
      ratio('refresh', (rounds) => mean(eachOf(rounds))),
      ratio('refresh', (rounds) => 1 / rateOf(rounds)),
      ratio('logout', typical),
      ratio('logout', (rounds) => mean(eachOf(rounds))),
      ratio('logout', (rounds) => 1 / rateOf(rounds)),
    ];
    return [names[store], ...ratios.map((number) => number.toFixed(2)), verdict(refresh <= targets.ratio)];
  });
  const columns = ['refresh p50', 'mean', 'at once', 'logout p50', 'mean', 'at once', 'aim'];
  return table([`${count(most)} : ${count(fewest)}`, ...columns], rows);
}

function purgeTable({ purges }: Measured): string {
  const rows = purges.map(({ store, result: { purged, during, without } }) => {
    const compared = (of: (meanwhile: Meanwhile) => number) => `${of(during).toFixed(0)} (${of(without).toFixed(0)})`;
    const longest = (meanwhile: Meanwhile) => Math.max(...meanwhile.times);
    return [
      names[store],
      count(purged),
      `${(during.duration / 1_000).toFixed(1)} s`,
      count(during.times.length),
      compared(({ times }) => quantile(times, 0.99)),
      compared(longest),
      compared(({ longestGap }) => longestGap),
      purgeVerdict(longest(during), longest(without)),
    ];
  });
  return table(['store', 'purged', 'took', 'refreshes meanwhile', 'p99', 'longest', 'longest gap', 'aim'], rows);
}

/** A machine or a disk that is busy makes requests wait for long without a purge, too. */
function purgeVerdict(during: number, without: number): string {
  if (during <= targets.gap) return verdict(true);
  if (during <= without) return 'no longer than without';
  const more = during - without;
  return `${verdict(more <= targets.gap)}, ${Math.round(more)} more`;
}

function loginTable({ options, logins }: Measured): string {
  const rows = options.stores.map((store) => {
    const of = (isMany: boolean) =>
      logins.filter((login) => login.store === store && login.ended > 0 === isMany).flatMap(({ times }) => times);
    const ratio = median(of(true)) / median(of(false));
    const numbers = [false, true].flatMap((isMany) => [median(of(isMany)), quantile(of(isMany), 0.99)]);
    return [names[store], ...numbers.map(ms), ratio.toFixed(2), verdict(ratio <= targets.ratio)];
  });
  return table(['store', 'without, p50', 'p99', 'with, p50', 'p99', 'ratio', 'aim'], rows);
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

function machine({ versions, load }: Measured): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `The machine: ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, ${memory} GiB, ${process.platform} ${release()} (${process.arch}); ${versions.join(', ')}. ${busy(load, processors.length)}`.trim();
}

/** A process beside the one that measures has a processor of its own where there are enough. */
function busy(load: number, processors: number): string {
  if (load < 0.5) return 'It had nothing else to do.';
  if (load < processors) return '';
  return `It had other things to do: ${several(load, 'process', 'processes')} wanted its ${several(processors, 'processor', 'processors')} when the run began, so that all
times are longer and more scattered than on a machine of one's own.`;
}

const several = (number: number, one: string, many: string): string =>
  Math.round(number) === 1 ? `1 ${one}` : `${count(number)} ${many}`;

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
