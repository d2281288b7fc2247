import type { Browser } from '../../support/browsers.ts';
import type { Bundle, ContenderName } from '../bundles.ts';
import type { Sender } from '../contender.ts';
import { minutes20, setStage } from '../stage.ts';

declare const send: Sender;

/** So much faster than life: twenty minutes are twenty seconds. */
export const speed = 60;
const latency = 20;
const lifetimes = 3;
const every = 1_000;

export interface AcrossResult {
  readonly name: ContenderName;
  readonly refreshes: number;
  readonly refused: number;
  readonly lost: number;
  /** Milliseconds. */
  readonly median: number;
  readonly slowest: number;
}

async function useFor(count: number, gap: number): Promise<{ took: number; ok: boolean }[]> {
  const results: Promise<{ took: number; ok: boolean }>[] = [];
  const one = async (): Promise<{ took: number; ok: boolean }> => {
    const start = performance.now();
    const ok = await send('/api/item').then(
      (status) => status === 200,
      () => false,
    );
    return { took: performance.now() - start, ok };
  };
  const start = performance.now();
  for (let n = 0; n < count; n++) {
    while (performance.now() - start < n * gap) await new Promise((later) => setTimeout(later, 60));
    results.push(one());
  }
  return Promise.all(results);
}

/** A request every second through three lifetimes of the access token; all contenders at the same time. */
export async function measureAcross(browser: Browser, bundles: readonly Bundle[]): Promise<AcrossResult[]> {
  const places: { name: ContenderName; run(): Promise<AcrossResult> }[] = [];
  for (const bundle of bundles) {
    const stage = await setStage(bundle, { latency, speed });
    const tab = await browser.openTab();
    await stage.seed(tab, minutes20);
    await stage.start(tab);
    places.push({
      name: bundle.name,
      async run() {
        const used = await tab.evaluate(useFor, (lifetimes * minutes20) / speed / every, every);
        const { refreshes, refused } = stage.server.counts;
        const times = used.map(({ took }) => took).sort((a, b) => a - b);
        await tab.close();
        await stage.close();
        return {
          name: bundle.name,
          refreshes,
          refused,
          lost: used.filter(({ ok }) => !ok).length,
          median: times[Math.floor(times.length / 2)] ?? Number.NaN,
          slowest: times.at(-1) ?? Number.NaN,
        };
      },
    });
  }
  return Promise.all(places.map(({ run }) => run()));
}
