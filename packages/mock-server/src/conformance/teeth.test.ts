import { describe, expect, it } from 'vitest';
import { checkConformance, conformanceRules } from '../conformance.ts';
import { type BrokenServer, built, together } from '../testing/broken-servers/breaking.ts';
import { brokenAnswers, brokenResources } from '../testing/broken-servers/broken-answers.ts';
import { brokenLogouts } from '../testing/broken-servers/broken-logouts.ts';
import { brokenRefreshes } from '../testing/broken-servers/broken-refreshes.ts';
import { brokenDiscoveries, brokenTimes } from '../testing/broken-servers/broken-times.ts';
import { fetchOf, fully } from '../testing/conformance-server.ts';

const lists = [brokenAnswers, brokenResources, brokenRefreshes, brokenLogouts, brokenTimes, brokenDiscoveries];
const alone = lists.flatMap((list) => list.filter(({ alongside }) => alongside !== true));
const inCompany = lists
  .map((list) => list.filter(({ alongside }) => alongside === true))
  .filter((list) => list.length > 0);

const withoutClock = ({ clock: _clock, ...options }: typeof fully) => options;

async function brokenBy(server: BrokenServer): Promise<string[]> {
  const options = server.inTime === true ? fully : withoutClock(fully);
  const report = await checkConformance({ ...options, url: 'https://api.example', fetch: fetchOf(built(server)) });
  const found = report.results.filter(({ outcome }) => outcome === 'failed' || outcome === 'advised');
  return found.map(({ id }) => id);
}

const order = conformanceRules.map(({ id }) => id);
const inOrder = (ids: readonly string[]) => [...new Set(ids)].sort((a, b) => order.indexOf(a) - order.indexOf(b));

// At the same time: half of the work is done by the threads of WebCrypto.
describe.concurrent('a server that', () => {
  it.each(alone)('$that is caught by $breaks', { timeout: 120_000 }, async (server) => {
    expect(await brokenBy(server)).toEqual(server.breaks);
  });

  it.each(inCompany.map(together))('$that is caught by $breaks', { timeout: 120_000 }, async (server) => {
    expect(await brokenBy(server)).toEqual(inOrder(server.breaks));
  });
});

it('names rules that there are', () => {
  const named = lists.flat().flatMap(({ breaks }) => breaks);
  expect(named.filter((id) => !order.includes(id))).toEqual([]);
  expect(lists.flat().length).toBeGreaterThan(70);
});
