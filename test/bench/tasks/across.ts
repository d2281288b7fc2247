import type { Browser } from '../../support/browsers.ts';
import type { Bundle, ContenderName } from '../bundles.ts';
import type { Sender } from '../contender.ts';
import { setStage } from '../stage.ts';
import { median } from '../statistics.ts';

declare const send: Sender;

/**
 * So much faster than life. No more, because the packages' time limits for a request become shorter, too: of ten seconds a third
 * of one is left.
 */
export const speed = 30;
/** Of an access token. Not so short that a package would find it always due. */
export const lifetime = 10 * 60_000;
const latency = 20;
const lifetimes = 3;
const every = 1_000;

export interface Across {
  readonly name: ContenderName;
  readonly refreshes: number;
  readonly refused: number;
  readonly lost: number;
  /** Requests that were served only after a refresh that was not over when they were sent. */
  readonly waited: number;
  /** Milliseconds. */
  readonly median: number;
  readonly slowest: number;
}

interface Use {
  readonly path: string;
  /** Epoch milliseconds of the machine's own clock, which nobody hurries. */
  readonly sentAt: number;
  readonly took: number;
  readonly isServed: boolean;
}

/** @param delay so that not all contenders send in the same moment. */
async function useFor(count: number, gap: number, delay: number): Promise<Use[]> {
  const one = async (n: number): Promise<Use> => {
    const path = `/api/item/${n}`;
    const start = performance.now();
    const isServed = await send(path).then(
      async (answer) => {
        await answer.json?.();
        return answer.status === 200;
      },
      () => false,
    );
    return { path, sentAt: performance.timeOrigin + start, took: performance.now() - start, isServed };
  };
  const results: Promise<Use>[] = [];
  const start = performance.now() + delay;
  for (let n = 0; n < count; n++) {
    // The timers of this page are as fast as its clock.
    while (performance.now() - start < n * gap) await new Promise((later) => setTimeout(later, 100));
    results.push(one(n));
  }
  return Promise.all(results);
}

/** A request every second through three lifetimes of the access token; all contenders at the same time. */
export async function measureAcross(
  browser: Browser,
  bundles: readonly Bundle[],
  cannot: (name: ContenderName, error: Error) => void,
): Promise<Across[]> {
  const measured = bundles.map(async (bundle, n): Promise<Across | null> => {
    const stage = await setStage(bundle, { latency, speed });
    try {
      const tab = await browser.openTab();
      await stage.seed(tab, lifetime);
      await stage.start(tab);
      const count = Math.ceil((lifetimes * lifetime) / speed / every) + 2;
      const uses = await tab.evaluate(useFor, count, every, (n * every) / bundles.length);
      const { refreshes, refused } = stage.server.counts;
      const { served, refreshed } = stage.server.diary;
      await tab.close();
      const times = uses.map(({ took }) => took);
      const waited = uses.filter(({ path, sentAt }) =>
        refreshed.some((at) => sentAt < at && at <= (served.get(path) ?? 0)),
      ).length;
      const lost = uses.filter(({ isServed }) => !isServed).length;
      return {
        name: bundle.name,
        refreshes,
        refused,
        lost,
        waited,
        median: median(times),
        slowest: Math.max(...times),
      };
    } catch (error) {
      cannot(bundle.name, error as Error);
      return null;
    } finally {
      await stage.close();
    }
  });
  return (await Promise.all(measured)).filter((result) => result !== null);
}
