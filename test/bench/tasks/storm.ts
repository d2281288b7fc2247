import { together } from '../../support/barrier.ts';
import type { Browser, Tab } from '../../support/browsers.ts';
import { type Bundle, type ContenderName, ours } from '../bundles.ts';
import type { Sender } from '../contender.ts';
import { minutes20, setStage } from '../stage.ts';
import { median } from '../statistics.ts';

declare const send: Sender;

export const latency = 20;
/** Once is enough for what takes seconds; the shorter it is, the more its ratio is a matter of luck. */
export const roundsOf = ({ requests }: Weather, rounds: number): number =>
  requests === 1 ? 3 * rounds : requests < 1_000 ? rounds : 1;
/** Milliseconds after which a request that has no answer is lost. */
const tooLate = 30_000;

/** So many requests in all, from so many tabs. */
export interface Weather {
  readonly requests: number;
  readonly tabs: number;
}

/** From few tabs to many: those that are open stay open. */
const storms: readonly (Weather & { readonly who: 'all' | 'ours' })[] = [
  { requests: 1, tabs: 1, who: 'all' },
  { requests: 100, tabs: 1, who: 'all' },
  { requests: 1_000, tabs: 1, who: 'all' },
  { requests: 100, tabs: 5, who: 'all' },
  { requests: 1_000, tabs: 5, who: 'ours' },
  { requests: 100, tabs: 20, who: 'all' },
  { requests: 1_000, tabs: 20, who: 'ours' },
];

interface Passed {
  readonly refreshes: number;
  /** Refresh tokens that were sent a second time, which ends the session on this server. */
  readonly reuses: number;
  readonly refused: number;
  readonly failed: number;
  /** Milliseconds from the first request to the last answer. */
  readonly took: number;
}

export interface Storm extends Weather, Passed {
  readonly name: ContenderName;
  /** To the same requests with a token that is good, and one refresh besides, in the same round. */
  readonly ratio: number;
}

async function burst(count: number, tooLate: number): Promise<{ from: number; to: number; failed: number }> {
  const at = (): number => performance.timeOrigin + performance.now();
  const from = at();
  const late = new Promise<never>((_, reject) => setTimeout(reject, tooLate, new Error('No answer.')));
  const one = async (n: number): Promise<void> => {
    // Of the same resource a browser asks once at a time.
    const answer = await send(`/api/item/${n}`);
    await answer.json?.();
    if (answer.status !== 200) throw new Error(`${answer.status}`);
  };
  const answers = await Promise.allSettled(Array.from({ length: count }, (_, n) => Promise.race([one(n), late])));
  return { from, to: at(), failed: answers.filter(({ status }) => status === 'rejected').length };
}

/** @param age of the access token when it begins. */
async function pass(tabs: readonly Tab[], bundle: Bundle, requests: number, age: number): Promise<Passed> {
  const stage = await setStage(bundle, { latency });
  try {
    await stage.seed(tabs[0] as Tab, minutes20, age);
    await Promise.all(tabs.map((tab) => stage.start(tab)));
    const settled = await together(tabs, burst, requests / tabs.length, tooLate);
    const bursts = settled.map((tab) => {
      if (tab.status === 'rejected') throw tab.reason;
      return tab.value;
    });
    return {
      ...stage.server.counts,
      failed: bursts.reduce((sum, { failed }) => sum + failed, 0),
      took: Math.max(...bursts.map(({ to }) => to)) - Math.min(...bursts.map(({ from }) => from)),
    };
  } finally {
    // Nothing of one contender is at work while the next is measured.
    await Promise.all(tabs.map((tab) => tab.goto('about:blank').catch(() => {})));
    await stage.close();
  }
}

/** Milliseconds of the same requests with a good token, and of one refresh. */
async function idealOf(tabs: readonly Tab[], bare: Bundle, requests: number): Promise<number> {
  const { took } = await pass(tabs, bare, requests, 0);
  return took + (await refreshOnce(tabs[0] as Tab, bare));
}

/** Milliseconds of one refresh by hand, in a page that has a connection. */
async function refreshOnce(tab: Tab, bare: Bundle): Promise<number> {
  const stage = await setStage(bare, { latency });
  await stage.seed(tab, minutes20);
  const took = await tab.evaluate(async () => {
    const { refreshToken } = JSON.parse(localStorage.getItem('session') ?? '') as { refreshToken: string };
    const start = performance.now();
    await (await fetch('/refresh', { method: 'POST', body: JSON.stringify({ refresh_token: refreshToken }) })).json();
    return performance.now() - start;
  });
  await stage.close();
  return took;
}

/** The first round asks everybody; the others ask us, and the ideal. */
export async function measureStorms(
  browser: Browser,
  bundles: readonly Bundle[],
  bare: Bundle,
  rounds: number,
  cannot: (name: ContenderName, error: Error) => void,
): Promise<Storm[]> {
  const results: Storm[] = [];
  const tabs: Tab[] = [];
  for (const { who, ...weather } of storms) {
    while (tabs.length < weather.tabs) tabs.push(await browser.openTab());
    const passed = new Map<ContenderName, { times: Passed[]; ratios: number[] }>();
    for (let round = 0; round < roundsOf(weather, rounds); round++) {
      const asked = bundles.filter(({ name }) => ours.includes(name) || (who === 'all' && round === 0));
      const ideal = await idealOf(tabs, bare, weather.requests).catch((error: Error) => {
        cannot(bare.name, error);
        return Number.NaN;
      });
      for (const bundle of asked) {
        try {
          const once = await pass(tabs, bundle, weather.requests, minutes20 + 1_000);
          const { times, ratios } = passed.get(bundle.name) ?? { times: [], ratios: [] };
          passed.set(bundle.name, { times: [...times, once], ratios: [...ratios, once.took / ideal] });
        } catch (error) {
          cannot(bundle.name, new Error(`${weather.requests} in ${weather.tabs}: ${(error as Error).message}`));
        }
      }
    }
    for (const [name, { times, ratios }] of passed)
      results.push({ name, ...weather, ...summed(times), ratio: median(ratios) });
  }
  for (const tab of tabs) await tab.close();
  return results;
}

/** The worst of what was counted, the median of the times. */
function summed(times: readonly Passed[]): Passed {
  const most = (what: keyof Passed): number => Math.max(...times.map((once) => once[what]));
  return {
    refreshes: most('refreshes'),
    reuses: most('reuses'),
    refused: most('refused'),
    failed: most('failed'),
    took: median(times.map(({ took }) => took)),
  };
}
