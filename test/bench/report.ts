import { cpus, totalmem } from 'node:os';
import { type ContenderName, contenders, limits, ours, peers } from './bundles.ts';
import type { EngineResults, Results } from './results.ts';
import { minutes20 } from './stage.ts';
import { median, spread } from './statistics.ts';
import { speed } from './tasks/across.ts';
import { latency } from './tasks/storm.ts';

const title = { chromium: 'Chromium', firefox: 'Firefox' } as const;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const kB = (bytes: number): string => (bytes / 1_000).toFixed(1);
const verdict = (isMet: boolean): string => (isMet ? 'met' : '**missed**');

/** The whole document. */
export function report(results: Results): string {
  const { engines, failures } = results;
  const sections = [
    opening(results),
    `## One request with a fresh token\n\nMicroseconds of one request when the network answers at once, median of the rounds, and how far the middle half of them is spread.\n\n${freshTable(results)}\n\n${freshAims(engines)}\n\n![One request in Chromium](benchmarks/fresh-chromium.svg)\n\n![One request in Firefox](benchmarks/fresh-firefox.svg)`,
    `## Many requests on an expired token\n\nReal HTTP, ${latency} ms until every answer. The server takes a refresh token once; a second use ends the session. _Ideal_ is the time of the same requests with a good token and of one refresh.\n\n${engines.map(stormTable).join('\n\n')}`,
    `## In use across an expiry\n\nA request every second while the access token expires three times. The clocks of pages and servers go ${speed} times faster for it, so that ${minutes20 / 60_000} minutes are ${minutes20 / 1_000 / speed} seconds. Milliseconds.\n\n${engines.map(acrossTable).join('\n\n')}`,
    `## Start\n\nMilliseconds from the beginning of the script to the first request of the application, on a stored session, and what was asked of the network before.\n\n${engines.map(startTable).join('\n\n')}`,
    `## Size\n\nWhat an application ships for it, in kB (1,000 bytes): esbuild, minified, ES2022.\n\n${sizeTable(results)}`,
    growthSection(engines),
    failures.length === 0 ? '' : `## What could not be measured\n\n${failures.map((line) => `- ${line}`).join('\n')}`,
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function opening({ engines, options }: Results): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const browsers = engines.map(({ engine, version }) => `${title[engine]} ${version.replace(/^.*\//, '')}`).join(', ');
  return `# Benchmarks

Written by \`pnpm bench\`: every package set up as its documentation says, in one run, taking turns, ${options.rounds} rounds.
${browsers}, on ${machine}. Absolute times say little about another machine; the ratios do.

The first two rows are limits and no contenders: they hold no session, refresh nothing and survive no expiry.`;
}

const rowsOf = (engines: readonly EngineResults[]): ContenderName[] =>
  (Object.keys(contenders) as ContenderName[]).filter((name) => engines.some(({ fresh }) => fresh?.[name]));

function freshTable({ engines }: Results): string {
  const rows = rowsOf(engines).map((name) => [
    contenders[name],
    ...engines.map(({ fresh }) => {
      const times = fresh?.[name];
      return times ? `${median(times).toFixed(1)} ± ${(spread(times) * 100).toFixed(0)} %` : '–';
    }),
  ]);
  return table(['', ...engines.map(({ engine }) => title[engine])], rows);
}

/** The ratios that are aimed at, round by round, so that both sides met the same moments. */
export function freshRatio({ fresh }: EngineResults, name: ContenderName, limit: ContenderName): number {
  const [own, bare] = [fresh?.[name] ?? [], fresh?.[limit] ?? []];
  return median(own.map((time, round) => time / (bare[round] ?? Number.NaN)));
}

function freshAims(engines: readonly EngineResults[]): string {
  const aims = { chromium: 1.25, firefox: 1.5 } as const;
  const rows = engines.flatMap((results) => {
    const native = freshRatio(results, 'latchkey', 'bare-fetch');
    const viaKy = freshRatio(results, 'latchkey-api', 'bare-ky');
    const best = Math.min(...peers.map((name) => median(results.fresh?.[name] ?? [])).filter(Number.isFinite));
    const own = median(results.fresh?.latchkey ?? []);
    const where = title[results.engine];
    return [
      [
        `${where}: \`client.fetch\` to fetch`,
        native.toFixed(2),
        `≤ ${aims[results.engine]}`,
        verdict(native <= aims[results.engine]),
      ],
      [`${where}: \`client.api\` to ky`, viaKy.toFixed(2), '≤ 1.05', verdict(viaKy <= 1.05)],
      [`${where}: \`client.fetch\` to the fastest other package`, (own / best).toFixed(2), '< 1', verdict(own < best)],
    ];
  });
  return table(['ratio', 'measured', 'aim', ''], rows);
}

function stormTable({ engine, storms = [], ideals = [] }: EngineResults): string {
  const rows = storms.map(({ name, requests, tabs, refreshes, reuses, refused, failed, took }) => {
    const ideal = ideals.find((other) => other.requests === requests && other.tabs === tabs)?.took ?? Number.NaN;
    const ratio = failed === requests ? '–' : (took / ideal).toFixed(2);
    return [contenders[name], requests, tabs, refreshes, reuses, refused, failed, took.toFixed(0), ratio].map(String);
  });
  const head = ['', 'requests', 'tabs', 'refreshes', 'used twice', '401s', 'failed', 'ms', 'to the ideal'];
  return `### ${title[engine]}\n\n${table(head, rows)}`;
}

function acrossTable({ engine, across = [] }: EngineResults): string {
  const rows = across.map(({ name, refreshes, refused, lost, median: usual, slowest }) => [
    contenders[name],
    ...[refreshes, refused, lost].map(String),
    usual.toFixed(0),
    slowest.toFixed(0),
    (slowest - usual).toFixed(0),
  ]);
  return `### ${title[engine]}\n\n${table(['', 'refreshes', '401s', 'lost', 'median', 'slowest', 'added at most'], rows)}`;
}

function startTable({ engine, start = {} }: EngineResults): string {
  const rows = Object.entries(start).map(([name, { times, before }]) => [
    contenders[name as ContenderName],
    median(times).toFixed(1),
    before.length === 0 ? 'nothing' : before.map((path) => `\`${path}\``).join(', '),
  ]);
  return `### ${title[engine]}\n\n${table(['', 'ms', 'asked before'], rows)}`;
}

function sizeTable({ bundles }: Results): string {
  const rows = bundles
    .filter(({ name }) => !limits.includes(name) || name === 'bare-ky')
    .map(({ name, size }) => [contenders[name], kB(size.minified), kB(size.gzip), kB(size.brotli)]);
  return table(['', 'minified', 'gzip', 'brotli'], rows);
}

function growthSection(engines: readonly EngineResults[]): string {
  const measured = engines.filter(({ growth }) => growth);
  if (measured.length === 0) return '';
  const rows = measured.flatMap(({ engine, growth }) =>
    (['waiting', 'tabs', 'listeners'] as const).map((what) => {
      const points = growth?.[what] ?? [];
      const label = { waiting: 'requests waiting', tabs: 'tabs open', listeners: 'listeners there' }[what];
      return [title[engine], label, points.map(({ count, micros }) => `${count}: ${micros.toFixed(1)}`).join(' · ')];
    }),
  );
  const heap = measured.find(({ growth }) => growth?.heap)?.growth?.heap;
  const MB = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);
  const memory = heap
    ? `A million requests in Chromium: the heap was ${MB(heap.before)} MiB before and ${MB(heap.after)} MiB after.`
    : '';
  return `## Growth\n\nMicroseconds of one request with so many others waiting or tabs open, and of adding and removing one listener.\n\n${table(['', '', 'how many: µs'], rows)}\n\n${memory}\n\n![Growth with requests that wait](benchmarks/growth-waiting.svg)`;
}

export const isOurs = (name: ContenderName): boolean => ours.includes(name);
