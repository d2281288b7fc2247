import type { Browser, Tab } from '../../support/browsers.ts';
import type { Bundle } from '../bundles.ts';
import { minutes20, type Stage, setStage } from '../stage.ts';

/** Microseconds, by how much there is of what. */
export interface Growth {
  readonly waiting: readonly Point[];
  readonly tabs: readonly Point[];
  readonly listeners: readonly Point[];
  /** Bytes of the heap before and after a million requests; `null` where the browser does not tell. */
  readonly heap: { readonly before: number; readonly after: number } | null;
}

export interface Point {
  readonly count: number;
  readonly micros: number;
}

interface GrowthPage {
  Latchkey: typeof import('@latchkey/client');
  client: import('@latchkey/client').AuthClient;
}
declare const client: GrowthPage['client'];
declare const Latchkey: GrowthPage['Latchkey'];

const openClient = (): void => {
  const answering: typeof fetch = async () => new Response();
  const silent: typeof fetch = () => new Promise(() => {});
  window.fetch = (input) => (String(input).endsWith('/never') ? silent(input) : answering(input));
  Object.assign(window, { client: Latchkey.createAuthClient({ baseUrl: location.origin }) });
};

async function oneOf(count: number): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < count; n++) await client.fetch('/api/item');
  return ((performance.now() - start) * 1_000) / count;
}

const waitWith = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) void client.fetch('/api/never');
};

/** One listener more and one less, while so many are there. */
async function listen(count: number): Promise<number> {
  const stops = Array.from({ length: count }, () => client.subscribe(() => {}));
  const times = 2_000;
  const start = performance.now();
  for (let n = 0; n < times; n++) client.subscribe(() => {})();
  const took = ((performance.now() - start) * 1_000) / times;
  for (const stop of stops) stop();
  return took;
}

async function fresh(stage: Stage, tab: Tab): Promise<void> {
  await tab.goto(stage.page);
  await tab.evaluate(openClient);
  await tab.evaluate(oneOf, 3_000);
}

async function heapOf(tab: Tab): Promise<number> {
  if (tab.raw.engine !== 'chromium') return Number.NaN;
  await tab.raw.cdp.send('HeapProfiler.collectGarbage');
  return (await tab.raw.cdp.send('Runtime.getHeapUsage')).usedSize;
}

/** @param bundle the script-tag build. */
export async function measureGrowth(browser: Browser, bundle: Bundle): Promise<Growth> {
  const stage = await setStage(bundle);
  const tab = await browser.openTab();
  await tab.goto(stage.page);
  await tab.evaluate(({ accessToken, refreshToken }) => {
    const client = Latchkey.createAuthClient({ baseUrl: location.origin });
    client.adoptTokens({ access_token: accessToken, refresh_token: refreshToken, expires_in: 1_200 });
  }, stage.server.newSession(minutes20));
  const waiting: Point[] = [];
  for (const count of [0, 1, 10, 100, 1_000, 10_000]) {
    await fresh(stage, tab);
    await tab.evaluate(waitWith, count);
    waiting.push({ count, micros: await tab.evaluate(oneOf, 2_000) });
  }
  await fresh(stage, tab);
  const listeners: Point[] = [];
  for (const count of [1, 10, 100, 1_000, 10_000, 100_000])
    listeners.push({ count, micros: await tab.evaluate(listen, count) });
  const others: Tab[] = [];
  const tabs: Point[] = [];
  for (const count of [1, 5, 20, 50]) {
    while (others.length < count - 1) {
      const other = await browser.openTab(stage.page);
      await other.evaluate(openClient);
      others.push(other);
    }
    tabs.push({ count, micros: await tab.evaluate(oneOf, 2_000) });
  }
  for (const other of others) await other.close();
  const before = await heapOf(tab);
  if (tab.engine === 'chromium') for (let n = 0; n < 10; n++) await tab.evaluate(oneOf, 100_000);
  const after = await heapOf(tab);
  await tab.close();
  await stage.close();
  return { waiting, listeners, tabs, heap: Number.isNaN(before) ? null : { before, after } };
}
