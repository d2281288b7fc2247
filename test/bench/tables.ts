import { type Aim, engineNames, freshRatio } from './aims.ts';
import { type Bundle, type ContenderName, contenders, limits, names } from './bundles.ts';
import type { EngineResults, Results } from './results.ts';
import { median, spread } from './statistics.ts';
import type { Network } from './tasks/fresh.ts';
import { type Growth, series } from './tasks/growth.ts';

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, n) => (n === 0 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export const aimTable = (aims: readonly Aim[]): string =>
  table(
    ['', 'measured', 'aim', ''],
    aims.map(({ what, measured, aim, isMet }) => [what, measured, aim, isMet ? 'met' : '**missed**']),
  );

export function freshTable(results: EngineResults): string {
  const { fresh = {} } = results;
  const bare = (network: Network): number => median(fresh['bare-fetch']?.times[network] ?? []);
  const rows = names.flatMap((name) => {
    const times = fresh[name]?.times;
    if (!times) return [];
    const cells = (['whole', 'mute'] as const).flatMap((network) => [
      `${median(times[network]).toFixed(1)} ± ${(spread(times[network]) * 100).toFixed(0)} %`,
      signed(median(times[network]) - bare(network)),
      freshRatio(results, name, 'bare-fetch', network).toFixed(2),
    ]);
    return [[contenders[name], ...cells]];
  });
  return table(['', 'whole, µs', 'more', 'ratio', 'mute, µs', 'more', 'ratio'], rows);
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;

export function stormTable({ storm = [] }: EngineResults): string {
  const rows = storm.map(({ name, requests, tabs, refreshes, reuses, refused, failed, took, ratio }) =>
    [
      contenders[name],
      requests,
      tabs,
      ...(limits.includes(name) ? ['–', '–', '–'] : [refreshes, reuses, refused]),
      failed,
      took.toFixed(0),
      // What fails early is quickly done.
      failed > 0 ? '–' : ratio.toFixed(2),
    ].map(String),
  );
  return table(['', 'requests', 'tabs', 'refreshes', 'used twice', '401s', 'failed', 'ms', 'to the ideal'], rows);
}

export function acrossTable({ across = [] }: EngineResults): string {
  const rows = across.map(({ name, refreshes, refused, lost, waited, median: usual, slowest }) => [
    contenders[name],
    ...[refreshes, refused, lost, waited].map(String),
    ...[usual, slowest, slowest - usual].map((ms) => ms.toFixed(0)),
  ]);
  return table(['', 'refreshes', '401s', 'lost', 'waited', 'median, ms', 'slowest', 'added at most'], rows);
}

export function startTable({ start = {} }: EngineResults): string {
  const rows = Object.entries(start).map(([name, { times, before, timers, isAuthorized }]) => [
    contenders[name as ContenderName],
    `${median(times).toFixed(1)} ± ${(spread(times) * 100).toFixed(0)} %`,
    before.length === 0 ? 'nothing' : before.map((path) => `\`${path}\``).join(', '),
    String(timers),
    isAuthorized ? 'yes' : '**no**',
  ]);
  return table(['', 'ms', 'asked before', 'timers', 'with the token'], rows);
}

export function sizeTable(bundles: readonly Bundle[]): string {
  const kB = (bytes: number): string => (bytes / 1_000).toFixed(1);
  const rows = bundles
    .filter(({ name }) => !limits.includes(name) || name === 'bare-ky')
    .map(({ name, size }) => [contenders[name], kB(size.minified), kB(size.gzip), kB(size.brotli)]);
  return table(['', 'minified', 'gzip', 'brotli'], rows);
}

export function partsTable(parts: Results['parts']): string {
  return table(
    ['', 'minified, kB'],
    parts.map(([part, bytes]) => [part, (bytes / 1_000).toFixed(1)]),
  );
}

export function growthTable(engines: readonly EngineResults[]): string {
  const rows = (Object.keys(series) as (keyof typeof series)[]).flatMap((what) =>
    engines.flatMap(({ engine, growth }) =>
      growth ? [[series[what], engineNames[engine], pointsOf(growth, what)]] : [],
    ),
  );
  return table(['', '', 'how many: µs'], rows);
}

const pointsOf = (growth: Growth, what: keyof typeof series): string =>
  growth[what].map(({ count, micros }) => `${count.toLocaleString('en')}: ${micros.toFixed(1)}`).join(' · ');
