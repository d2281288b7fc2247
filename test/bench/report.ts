import { cpus, release, totalmem } from 'node:os';
import { acrossAims, engineNames, freshAims, sizeAims, startAims, stormAims } from './aims.ts';
import { contenders } from './bundles.ts';
import { rest } from './machine.ts';
import type { EngineResults, Results } from './results.ts';
import {
  acrossTable,
  aimTable,
  freshTable,
  growthTable,
  partsTable,
  sizeTable,
  startTable,
  stormTable,
} from './tables.ts';
import { lifetime, speed } from './tasks/across.ts';
import { freshRounds } from './tasks/fresh.ts';
import { latency } from './tasks/storm.ts';

type Part = (results: Results) => string;

/** The whole document. */
export function report(results: Results): string {
  const parts: readonly Part[] = [opening, fresh, storm, across, start, growth, size, failures];
  return `${parts
    .map((part) => part(results))
    .filter(Boolean)
    .join('\n\n')}\n`;
}

const inEach = (
  { engines }: Results,
  task: 'fresh' | 'storm' | 'across' | 'start',
  table: (results: EngineResults) => string,
): string =>
  engines
    .filter((results) => results[task])
    .map((results) => `### ${engineNames[results.engine]}\n\n${table(results)}`)
    .join('\n\n');

function opening({ engines, options, busy }: Results): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory} GiB, ${process.platform} ${release()}`;
  const browsers = engines.map(({ engine, version }) => `${engineNames[engine]} ${version.replace(/^.*\//, '')}`);
  const others =
    busy <= rest
      ? 'It had nothing else to do.'
      : `**It had other things to do**: its processors were busy for ${(busy * 100).toFixed(0)} % of the time before the run began, so that all times are longer and more scattered than they need to be.`;
  return `# Benchmarks

Written by \`pnpm bench${options.rounds === 5 ? '' : ` --rounds ${options.rounds}`}\` on ${new Date().toISOString().slice(0, 10)}: every package set up as its documentation says, in one run, taking turns.
${browsers.join(', ')}, on ${machine}. ${others} Absolute times say little about another machine; the ratios do.

_fetch_ and _ky, header by hand_ are limits and no contenders: they hold no session, refresh nothing and survive no expiry.
Times are medians; ± is half of the distance between the quartiles.`;
}

const fresh: Part = (results) =>
  results.engines.some(({ fresh }) => fresh)
    ? `## One request with a fresh token

The network is a function in the page, so that only the work before and after it is measured, one request after the other. How fast
a page of a browser is, is partly luck: each contender has a frame, with all its globals, to itself, but those of all are in one page,
and a new one in each of ${freshRounds(results.options.rounds)} rounds.
What such a function does decides what the ratios are, so that there are two of them:

- **whole** makes a \`Request\` of what it is given, as every real fetch does first, and answers with a \`Response\` that is then read
  as JSON. This is what an application pays for each request in any case, and what the aims are about.
- **mute** looks at nothing it is given, and nobody reads its answer (except packages that read it themselves: axios, directus). Nobody
  ever sends such a request; but whatever is left over bare fetch is the package's own.

_more_ is what the package adds to bare fetch, in µs; _ratio_ is the median of the ratios to it, turn by turn. After each turn it is
checked that every request called the network once, that it carried the token, and that the answer was read.

${inEach(results, 'fresh', freshTable)}

### The aims

${aimTable(results.engines.flatMap(freshAims))}

${results.engines.map(({ engine }) => `![One request in ${engineNames[engine]}](benchmarks/fresh-${engine}.svg)`).join('\n\n')}`
    : '';

const storm: Part = (results) =>
  results.engines.some(({ storm }) => storm)
    ? `## Many requests on an expired token

All at once, over real HTTP/1.1, ${latency} ms until the server answers; browsers have six connections to a host, so that a hundred requests
take their time in any case. They begin when all pages have started and the machine is at rest, or has had three seconds to come to it.
The server takes a refresh token once; a second use ends the session (_used twice_), as RFC 9700 has it.
_To the ideal_: the time compared to that of the same requests with a good token by bare fetch, and of one refresh, in the same round;
what ky takes for them, with the same refresh added, is shown for \`client.api\`. Latchkey and the limits were measured
${3 * results.options.rounds} times with up to 100 requests, ${Math.min(results.options.rounds, 3)} times with 1,000 (the counts are the worst, the times the median), the others once, and
in the first browser only.

${inEach(results, 'storm', stormTable)}

### The aims

${aimTable(results.engines.flatMap(stormAims))}`
    : '';

const across: Part = (results) =>
  results.engines.some(({ across }) => across)
    ? `## In use across an expiry

A request every second while the access token expires three times, ${latency} ms until each answer. The clocks of pages and servers go
${speed} times faster for it, timers included: the ${lifetime / 60_000} minutes of a token are ${lifetime / 1_000 / speed} seconds. All contenders at the same time, one tab
each. _Waited_ are the requests that were sent while a refresh was due or under way, and served only after it had been answered; what
the slowest took longer than the median is that wait, or another's noise.

${inEach(results, 'across', acrossTable)}

### The aims

${aimTable(results.engines.flatMap(acrossAims))}`
    : '';

const start: Part = (results) =>
  results.engines.some(({ start }) => start)
    ? `## Start

Milliseconds from the beginning of the script to the first request of the application, on a stored session, in a frame that is new
each time; what was asked of the network before, and how many timers were set.

${inEach(results, 'start', startTable)}

### The aims

${aimTable(results.engines.flatMap(startAims))}`
    : '';

function growth({ engines }: Results): string {
  const measured = engines.filter(({ growth }) => growth);
  if (measured.length === 0) return '';
  const heap = measured.find(({ growth }) => growth?.heap)?.growth?.heap;
  const MB = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);
  const memory = heap
    ? `A million requests in Chromium: the heap was ${MB(heap.before)} MiB before and ${MB(heap.after)} MiB after.\n\n`
    : '';
  return `## Growth

Microseconds of one, by how many there are, the lower quartile of many; a line that stays level is a cost that grows with their number, no faster.

${growthTable(measured)}

${memory}![What one costs](benchmarks/growth.svg)`;
}

const size: Part = ({ bundles, parts }) => `## Size

What an application ships for it, in kB (1,000 bytes): esbuild, minified, ES2022.

${sizeTable(bundles)}

### The aims

${aimTable(sizeAims(bundles))}

What \`client.fetch\` is made of, by folder of \`packages/client/src\`, before compression:

${partsTable(parts)}`;

const failures: Part = ({ failures }) =>
  failures.length === 0 ? '' : `## What could not be measured\n\n${failures.map((line) => `- ${line}`).join('\n')}`;

/** The names without their marks. */
export const plain = (name: keyof typeof contenders): string => contenders[name].replaceAll(/[*`]/g, '');
