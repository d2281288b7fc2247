import { together } from '../../support/barrier.ts';
import type { Browser, Tab } from '../../support/browsers.ts';
import type { Bundle, ContenderName } from '../bundles.ts';
import type { Sender } from '../contender.ts';
import { minutes20, type Stage, setStage } from '../stage.ts';

declare const send: Sender;

export const latency = 20;

export interface Weather {
  readonly requests: number;
  readonly tabs: number;
}

export const storms: readonly Weather[] = [
  { requests: 1, tabs: 1 },
  { requests: 100, tabs: 1 },
  { requests: 1_000, tabs: 1 },
  { requests: 100, tabs: 5 },
  { requests: 1_000, tabs: 5 },
  { requests: 100, tabs: 20 },
  { requests: 1_000, tabs: 20 },
];

export interface StormResult extends Weather {
  readonly name: ContenderName;
  readonly refreshes: number;
  /** Refresh tokens that were sent a second time, which ends the session on this server. */
  readonly reuses: number;
  readonly refused: number;
  readonly failed: number;
  /** Milliseconds from the first request to the last answer. */
  readonly took: number;
}

/** What the same requests take with a token that is good, and one refresh besides. */
export interface Ideal extends Weather {
  readonly took: number;
}

interface Burst {
  readonly from: number;
  readonly to: number;
  readonly failed: number;
}

async function burst(count: number): Promise<Burst> {
  const at = (): number => performance.timeOrigin + performance.now();
  const from = at();
  const answers = await Promise.allSettled(Array.from({ length: count }, () => send('/api/item')));
  const failed = answers.filter((answer) => answer.status === 'rejected' || answer.value !== 200).length;
  return { from, to: at(), failed };
}

/** All tabs at once. */
async function storm(tabs: readonly Tab[], requests: number): Promise<{ took: number; failed: number }> {
  const settled = await together(tabs, burst, requests / tabs.length);
  const bursts = settled.flatMap((tab) => (tab.status === 'fulfilled' ? [tab.value] : []));
  const lost = (settled.length - bursts.length) * (requests / tabs.length);
  return {
    took: Math.max(...bursts.map(({ to }) => to)) - Math.min(...bursts.map(({ from }) => from)),
    failed: lost + bursts.reduce((sum, { failed }) => sum + failed, 0),
  };
}

async function prepared(stage: Stage, tabs: readonly Tab[], age: number): Promise<void> {
  await stage.seed(tabs[0] as Tab, minutes20, age);
  for (const tab of tabs) await stage.start(tab);
}

/** @param expired whether the access token has expired when it begins. */
export async function measureStorm(
  tabs: readonly Tab[],
  bundle: Bundle,
  weather: Weather,
  expired: boolean,
): Promise<StormResult> {
  const stage = await setStage(bundle, { latency });
  try {
    await prepared(stage, tabs, expired ? minutes20 + 1_000 : 0);
    const { took, failed } = await storm(tabs, weather.requests);
    const { refreshes, reuses, refused } = stage.server.counts;
    return { name: bundle.name, ...weather, refreshes, reuses, refused, failed, took };
  } finally {
    for (const tab of tabs) await tab.goto('about:blank').catch(() => {});
    await stage.close();
  }
}

/** Milliseconds of one refresh by hand. */
async function refreshOnce(tab: Tab, bundle: Bundle): Promise<number> {
  const stage = await setStage(bundle, { latency });
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

export async function measureIdeal(tabs: readonly Tab[], bare: Bundle, weather: Weather): Promise<Ideal> {
  const { took } = await measureStorm(tabs, bare, weather, false);
  return { ...weather, took: took + (await refreshOnce(tabs[0] as Tab, bare)) };
}

export async function openTabs(browser: Browser, count: number): Promise<Tab[]> {
  const tabs: Tab[] = [];
  while (tabs.length < count) tabs.push(await browser.openTab());
  return tabs;
}
