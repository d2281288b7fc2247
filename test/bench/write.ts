import { mkdirSync, writeFileSync } from 'node:fs';
import { engineNames } from './aims.ts';
import { names, ours } from './bundles.ts';
import { bars, lines } from './plot.ts';
import { plain, report } from './report.ts';
import type { EngineResults, Results } from './results.ts';
import { median } from './statistics.ts';
import { series } from './tasks/growth.ts';

/** Writes the document and its plots, where the options say so, and gives the document. */
export function write(results: Results, repository: string): string {
  const document = report(results);
  if (!results.options.write) return document;
  const folder = `${repository}docs/benchmarks`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${repository}docs/benchmarks.md`, document);
  for (const engine of results.engines) {
    if (engine.fresh) writeFileSync(`${folder}/fresh-${engine.engine}.svg`, freshPlot(engine));
  }
  const [first] = results.engines.filter(({ growth }) => growth);
  if (first) writeFileSync(`${folder}/growth.svg`, growthPlot(first));
  return document;
}

function freshPlot({ engine, fresh = {} }: EngineResults): string {
  const rows = names.flatMap((name) => {
    const times = fresh[name]?.times.whole;
    return times ? [{ label: plain(name), value: median(times), isOurs: ours.includes(name) }] : [];
  });
  return bars(`One request in ${engineNames[engine]}`, 'µs with a whole request, less is better', rows);
}

function growthPlot({ engine, growth }: EngineResults): string {
  const drawn = (Object.keys(series) as (keyof typeof series)[]).map((what) => ({
    label: series[what],
    points: growth?.[what] ?? [],
  }));
  return lines(`What one costs in ${engineNames[engine]}`, 'µs, by how many there are', drawn);
}
