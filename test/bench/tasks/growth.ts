import type { Browser, Tab } from '../../support/browsers.ts';
import type { Bundle } from '../bundles.ts';
import { minutes20, type Stage, setStage } from '../stage.ts';
import { quantile } from '../statistics.ts';
import { comeAndGo, expireWith, leaveWaiting, listen, openClient, requests, signIn } from './growth-in-page.ts';

export interface Point {
  readonly count: number;
  readonly micros: number;
}

/** What there is more and more of, and what is measured then. */
export const series = {
  waiting: 'one request, while so many wait for their answers',
  refresh: 'one of so many requests that wait for the same refresh',
  tabs: 'one request, with so many tabs open',
  heard: 'one request, with so many listeners',
  listeners: 'adding and removing one of so many listeners',
} as const;

export type Growth = Readonly<Record<keyof typeof series, readonly Point[]>> & {
  /** Bytes of the heap before and after a million requests; `null` where the browser does not tell. */
  readonly heap: { readonly before: number; readonly after: number } | null;
};

const powers = [1, 10, 100, 1_000, 10_000];
const part = 50;

async function heapOf(tab: Tab): Promise<number> {
  if (tab.raw.engine !== 'chromium') return Number.NaN;
  await tab.raw.cdp.send('HeapProfiler.collectGarbage');
  return (await tab.raw.cdp.send('Runtime.getHeapUsage')).usedSize;
}

async function open(stage: Stage, tab: Tab): Promise<void> {
  const { accessToken, refreshToken } = stage.server.newSession(minutes20);
  await tab.goto(stage.page);
  await tab.evaluate(openClient);
  await tab.evaluate(signIn, accessToken, refreshToken);
  await tab.evaluate(requests, 3_000, part);
}

/** @param bundle the script-tag build. */
export async function measureGrowth(browser: Browser, bundle: Bundle): Promise<Growth> {
  const stage = await setStage(bundle, { exact: true });
  const tab = await browser.openTab();
  /** One point each; the page is new for every one. */
  const each = async (counts: readonly number[], measure: (count: number) => Promise<number[]>): Promise<Point[]> => {
    const points: Point[] = [];
    for (const count of counts) {
      await open(stage, tab);
      // Whatever disturbs makes it slower.
      points.push({ count, micros: quantile(await measure(count), 0.25) });
    }
    return points;
  };
  const waiting = await each([0, ...powers], async (count) => {
    await tab.evaluate(leaveWaiting, count);
    return tab.evaluate(requests, 2_000, part);
  });
  const refresh = await each(powers, (count) => tab.evaluate(expireWith, count, 7));
  const listeners = await each([...powers, 100_000], (count) => tab.evaluate(comeAndGo, count, 7));
  const heard = await each([...powers, 100_000], async (count) => {
    await tab.evaluate(listen, count);
    return tab.evaluate(requests, 2_000, part);
  });
  const others: Tab[] = [];
  const tabs = await each([1, 5, 20, 50], async (count) => {
    while (others.length < count - 1) {
      const other = await browser.openTab(stage.page);
      await other.evaluate(openClient);
      others.push(other);
    }
    return tab.evaluate(requests, 2_000, part);
  });
  for (const other of others) await other.close();
  await open(stage, tab);
  const before = await heapOf(tab);
  if (tab.engine === 'chromium') for (let n = 0; n < 10; n++) await tab.evaluate(requests, 100_000, 100_000);
  const after = await heapOf(tab);
  await tab.close();
  await stage.close();
  return { waiting, refresh, listeners, heard, tabs, heap: Number.isNaN(before) ? null : { before, after } };
}
