import { type Bundle, type ContenderName, contenders, coordinating, ours, peers } from './bundles.ts';
import type { EngineResults } from './results.ts';
import { median } from './statistics.ts';
import type { Network } from './tasks/fresh.ts';
import type { Storm } from './tasks/storm.ts';

export const engineNames = { chromium: 'Chromium', firefox: 'Firefox' } as const;

/** What was aimed at and what came of it. */
export interface Aim {
  readonly what: string;
  readonly measured: string;
  readonly aim: string;
  readonly isMet: boolean;
}

/** The ratio turn by turn, so that both sides met the same moments. */
export function freshRatio(
  { fresh }: EngineResults,
  name: ContenderName,
  other: ContenderName,
  network: Network,
): number {
  const [own, bare] = [fresh?.[name]?.times[network] ?? [], fresh?.[other]?.times[network] ?? []];
  return median(own.map((time, turn) => time / (bare[turn] ?? Number.NaN)));
}

export function freshAims(results: EngineResults): Aim[] {
  const aims = { chromium: 1.25, firefox: 1.5 } as const;
  const where = engineNames[results.engine];
  const ratio = (what: string, measured: number, aim: number, sign = '≤'): Aim => ({
    what: `${where}: ${what}`,
    measured: measured.toFixed(3),
    aim: `${sign} ${aim}`,
    isMet: sign === '<' ? measured < aim : measured <= aim,
  });
  const others = peers.filter((name) => results.fresh?.[name]);
  const nearest = (network: Network): Aim[] => {
    // The one that leaves us the least ahead.
    const ratios = others.map((name) => ({ name, to: freshRatio(results, 'latchkey', name, network) }));
    const [closest] = ratios.sort((a, b) => b.to - a.to);
    return closest ? [ratio(`\`client.fetch\` to ${contenders[closest.name]}, the nearest`, closest.to, 1, '<')] : [];
  };
  return [
    ratio('`client.fetch` to fetch', freshRatio(results, 'latchkey', 'bare-fetch', 'whole'), aims[results.engine]),
    ratio('`client.api` to ky', freshRatio(results, 'latchkey-api', 'bare-ky', 'whole'), 1.05),
    ...nearest('whole'),
  ];
}

export function stormAims({ engine, storm = [] }: EngineResults): Aim[] {
  const byKy = ({ requests, tabs }: Storm): number =>
    storm.find((other) => other.name === 'bare-ky' && other.requests === requests && other.tabs === tabs)?.ratio ??
    Number.NaN;
  return ours.flatMap((name) => {
    const mine = storm.filter((result) => result.name === name);
    const most = (of: (result: (typeof mine)[number]) => number): number => Math.max(...mine.map(of));
    const [refreshes, refused, failed, ratio] = [
      most((result) => result.refreshes),
      most((result) => result.refused),
      most((result) => result.failed),
      most((result) => result.ratio),
    ];
    const what = `${engineNames[engine]}: ${contenders[name]}`;
    const within = (what: string, ratio: number): Aim => ({
      what,
      measured: ratio.toFixed(2),
      aim: '≤ 1.1',
      isMet: ratio <= 1.1,
    });
    return [
      {
        what: `${what}, refreshes / 401s / failed at most`,
        measured: `${refreshes} / ${refused} / ${failed}`,
        aim: '1 / 0 / 0',
        isMet: refreshes === 1 && refused + failed === 0,
      },
      within(`${what}, time to the ideal at most`, ratio),
      ...(name === 'latchkey-api'
        ? [
            within(
              `${what}, time to the ideal of ky at most`,
              most((result) => result.ratio / byKy(result)),
            ),
          ]
        : []),
    ];
  });
}

export function acrossAims({ engine, across = [] }: EngineResults): Aim[] {
  return across
    .filter(({ name }) => ours.includes(name))
    .map(({ name, waited, lost, refused }) => ({
      what: `${engineNames[engine]}: ${contenders[name]}, requests that waited for a refresh / lost / 401s`,
      measured: `${waited} / ${lost} / ${refused}`,
      aim: '0 / 0 / 0',
      isMet: waited + lost + refused === 0,
    }));
}

/** Of the contenders that keep the session and have tabs take turns, the smallest is what a user would pick instead. */
export function sizeAims(bundles: readonly Bundle[]): Aim[] {
  const kB = (bytes: number): string => (bytes / 1_000).toFixed(1);
  const rivals = bundles.filter(({ name }) => coordinating.includes(name));
  const [smallest] = rivals.sort((a, b) => a.size.brotli - b.size.brotli);
  const limits: Partial<Record<ContenderName, number>> = { latchkey: 5_000, 'latchkey-api': 13_300 };
  return bundles.flatMap(({ name, size: { brotli } }) => {
    const limit = limits[name];
    if (limit === undefined) return [];
    const what = `${contenders[name]}, kB brotli`;
    const against = `${what}, against ${smallest && contenders[smallest.name]}, the smallest that keeps the session and has tabs take turns`;
    return [
      { what, measured: kB(brotli), aim: `≤ ${kB(limit)}`, isMet: brotli <= limit },
      ...(smallest
        ? [
            {
              what: against,
              measured: kB(brotli),
              aim: `< ${kB(smallest.size.brotli)}`,
              isMet: brotli < smallest.size.brotli,
            },
          ]
        : []),
    ];
  });
}

export function startAims({ engine, start = {} }: EngineResults): Aim[] {
  const own = start.latchkey;
  if (!own) return [];
  const ms = median(own.times);
  const where = engineNames[engine];
  const fastestOf = (some: readonly ContenderName[], which: string): Aim[] => {
    const times = some.flatMap((name) => {
      const { times } = start[name] ?? {};
      return times ? [{ name, ms: median(times) }] : [];
    });
    const [first] = times.sort((a, b) => a.ms - b.ms);
    if (!first) return [];
    const [what, aim] = [`${where}: ms, against ${contenders[first.name]}, ${which}`, `< ${first.ms.toFixed(1)}`];
    return [{ what, measured: ms.toFixed(1), aim, isMet: ms < first.ms }];
  };
  return [
    {
      what: `${where}: requests / timers before the first request`,
      measured: `${own.before.length} / ${own.timers}`,
      aim: '0 / 0',
      isMet: own.before.length + own.timers === 0,
    },
    ...fastestOf(coordinating, 'the fastest that keeps the session and has tabs take turns'),
    ...fastestOf(peers, 'the fastest of all'),
  ];
}
