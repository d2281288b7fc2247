import type { Browser, Tab } from '../../support/browsers.ts';
import type { Bundle, ContenderName } from '../bundles.ts';
import type { ContenderPage, Sender } from '../contender.ts';
import { minutes20, setStage } from '../stage.ts';

// In the page.
declare const contender: ContenderPage['contender'];
declare const send: Sender;

/** Microseconds of one request with a fresh token on a network that answers at once, one number per round. */
export type FreshTimes = Readonly<Partial<Record<ContenderName, readonly number[]>>>;

const warmUp = 4_000;
const requests = 2_000;

/** One after the other, because that is how their cost adds up. */
async function measure(count: number): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < count; n++) await send('/api/item');
  return ((performance.now() - start) * 1_000) / count;
}

const stubNetwork = (): void => {
  window.fetch = async () => new Response('{"data":{}}');
};

/** Only now, so that nobody can have kept the real network. */
async function startApplication(code: string): Promise<void> {
  const script = document.createElement('script');
  script.textContent = code;
  document.head.append(script);
  Object.assign(window, { send: await contender.open(location.origin) });
}

/** All contenders are open at once and take turns, so that a busy moment of the machine meets all of them. */
export async function measureFresh(browser: Browser, bundles: readonly Bundle[], rounds: number): Promise<FreshTimes> {
  const places: { name: ContenderName; tab: Tab; close(): Promise<void> }[] = [];
  for (const bundle of bundles) {
    const stage = await setStage(bundle);
    const tab = await browser.openTab();
    await stage.seed(tab, minutes20);
    await tab.goto(stage.blank);
    await tab.evaluate(stubNetwork);
    await tab.evaluate(startApplication, bundle.code);
    await tab.evaluate(measure, warmUp);
    places.push({ name: bundle.name, tab, close: stage.close });
  }
  const times: Partial<Record<ContenderName, number[]>> = {};
  for (let round = 0; round < rounds; round++) {
    for (const { name, tab } of places) {
      const took = await tab.evaluate(measure, requests);
      times[name] = [...(times[name] ?? []), took];
    }
  }
  for (const { tab, close } of places) {
    await tab.close();
    await close();
  }
  return times;
}
