import { together } from '../../support/barrier.ts';
import type { Browser, Tab } from '../../support/browsers.ts';
import { type Bundle, type ContenderName, limits, ours } from '../bundles.ts';
import type { Sender } from '../contender.ts';
import { machineAtRest } from '../machine.ts';
import { minutes20, setStage } from '../stage.ts';
import { median } from '../statistics.ts';

declare const send: Sender;

export const latency = 20;
/** The shorter it is, the more its ratio is a matter of luck. */
export const roundsOf = ({ requests }: Weather, rounds: number): number =>
  requests === 1_000 ? Math.min(rounds, 3) : 3 * rounds;
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
  /** To the same requests with a token that is good, by bare fetch, and one refresh besides, in the same round. */
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
    await machineAtRest();
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
    // Nothing of one contender is at work while the next is measured. Of the same host, because for `about:blank` Chromium
    // would change processes.
    await Promise.all(tabs.map((tab) => tab.goto(stage.blank).catch(() => {})));
    await stage.close();
  }
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

/**
 * The first round asks everybody; the others ask us, and the limits. Those hold no session: they ask with a good token, and
 * one refresh is added to what they took.
 */
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
      const isPeer = ({ name }: Bundle): boolean => !limits.includes(name) && !ours.includes(name);
      const asked = bundles.filter((bundle) => !isPeer(bundle) || (who === 'all' && round === 0));
      // Nobody always comes first.
      const inTurn = round % 2 === 0 ? asked : asked.toReversed();
      const refresh = await refreshOnce(tabs[0] as Tab, bare).catch((error: Error) => {
        cannot(bare.name, error);
        return Number.NaN;
      });
      const now = new Map<ContenderName, Passed>();
      for (const bundle of inTurn) {
        const isLimit = limits.includes(bundle.name);
        try {
          const once = await pass(tabs, bundle, weather.requests, isLimit ? 0 : minutes20 + 1_000);
          now.set(bundle.name, isLimit ? { ...once, took: once.took + refresh } : once);
        } catch (error) {
          cannot(bundle.name, new Error(`${weather.requests} in ${weather.tabs}: ${(error as Error).message}`));
        }
      }
      const ideal = now.get(bare.name)?.took ?? Number.NaN;
      for (const { name } of asked) {
        const once = now.get(name);
        const { times, ratios } = passed.get(name) ?? { times: [], ratios: [] };
        if (once) passed.set(name, { times: [...times, once], ratios: [...ratios, once.took / ideal] });
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
