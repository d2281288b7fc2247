import type { Browser, Tab } from '../../support/browsers.ts';
import type { Bundle, ContenderName } from '../bundles.ts';
import type { ContenderPage, Sender } from '../contender.ts';
import { minutes20, type Stage, setStage } from '../stage.ts';

/**
 * What stands in for the network. `whole` does what every real fetch does before and after it: makes a `Request` of what it was
 * given, and the answer is read. `mute` looks at nothing, and nobody reads the answer: what is left is hardly a request, but
 * nearly all of it is the package's own.
 */
export type Network = 'whole' | 'mute';

export interface Fresh {
  /** Microseconds of one request, one number per turn. */
  readonly times: Readonly<Record<Network, readonly number[]>>;
}

export type FreshResults = Partial<Record<ContenderName, Fresh>>;

interface FreshPage {
  contender: ContenderPage['contender'];
  send: Sender;
  network: { kind: Network; calls: number; given: Parameters<typeof fetch>; answer: Response };
}
declare const contender: FreshPage['contender'];
declare const send: FreshPage['send'];
declare const network: FreshPage['network'];

/** Of another origin than the page, as the documentations have it: axios looks for a cookie first when it is the same. */
const api = 'https://api.bench.example';
/** Until the engine has made of the code what it will make of it: so many requests, or so many milliseconds of them. */
const warmUp = { requests: 4_000, atMost: 1_500 };
/** Short turns and many of them, so that most meet no disturbance. */
const requests = 60;
const turns = 25;
/** What comes first in a turn finds cold caches, and is not counted. */
const ahead = 20;

const stubNetwork = (): void => {
  const json = { headers: { 'content-type': 'application/json' } };
  Object.assign(window, { network: { kind: 'whole', calls: 0 } });
  window.fetch = async (...given) => {
    network.calls += 1;
    network.given = network.kind === 'whole' ? [new Request(...given)] : given;
    network.answer = new Response('{"data":{}}', json);
    return network.answer;
  };
};

/** Only now, so that nobody can have kept the real network. */
async function startApplication(code: string, api: string): Promise<void> {
  const script = document.createElement('script');
  script.textContent = code;
  document.head.append(script);
  Object.assign(window, { send: await contender.open(api) });
}

/** One after the other, because that is how their cost adds up. */
async function measure(kind: Network, ahead: number, count: number, token: string): Promise<number> {
  Object.assign(network, { kind, calls: 0 });
  const isRead = kind === 'whole';
  let start = 0;
  for (let n = -ahead; n < count; n++) {
    if (n === 0) start = performance.now();
    const answer = await send('/api/item');
    if (isRead && answer.json) await answer.json();
  }
  const took = performance.now() - start;
  const { url, headers } = new Request(...network.given);
  if (network.calls !== ahead + count)
    throw new Error(`${network.calls} calls of fetch for ${ahead + count} requests.`);
  if (!url.endsWith('/api/item') || headers.get('authorization') !== `Bearer ${token}`)
    throw new Error(`No request with the token: ${url}`);
  if (isRead && !network.answer.bodyUsed) throw new Error('The answer was not read.');
  return (took * 1_000) / count;
}

type Cannot = (name: ContenderName, error: Error) => void;

interface Place {
  readonly name: ContenderName;
  readonly tab: Tab;
  readonly stage: Stage;
  readonly token: string;
  readonly times: Record<Network, number[]>;
}

async function open(browser: Browser, bundle: Bundle): Promise<Place> {
  const stage = await setStage(bundle, { exact: true });
  const tab = await browser.openTab();
  const { accessToken } = await stage.seed(tab, minutes20, 0, api);
  await tab.goto(stage.blank);
  await tab.evaluate(stubNetwork);
  await tab.evaluate(startApplication, bundle.code, api);
  for (const kind of ['mute', 'whole'] as const) {
    const until = Date.now() + warmUp.atMost;
    for (let n = 0; n < warmUp.requests && Date.now() < until; n += 500)
      await tab.evaluate(measure, kind, 0, 500, accessToken);
  }
  return { name: bundle.name, tab, stage, token: accessToken, times: { whole: [], mute: [] } };
}

/** All contenders are open at once and take turns, so that a busy moment of the machine meets all of them. */
async function round(browser: Browser, bundles: readonly Bundle[], cannot: Cannot): Promise<Place[]> {
  const places: Place[] = [];
  for (const bundle of bundles) {
    await open(browser, bundle).then(
      (place) => places.push(place),
      (error: Error) => cannot(bundle.name, error),
    );
  }
  const inTurn = [...places];
  for (let turn = 0; turn < turns; turn++) {
    for (const kind of ['whole', 'mute'] as const) {
      for (const { tab, token, times } of inTurn)
        times[kind].push(await tab.evaluate(measure, kind, ahead, requests, token));
    }
    // Nobody is always the one who comes after the slowest.
    inTurn.reverse();
  }
  for (const { tab, stage } of places) {
    await tab.close();
    await stage.close();
  }
  return places;
}

/** How fast a page is, is partly a matter of luck, so that there are more pages of each. */
export const freshRounds = (rounds: number): number => rounds + 2;

/** In every round in pages of their own. */
export async function measureFresh(
  browser: Browser,
  bundles: readonly Bundle[],
  rounds: number,
  cannot: Cannot,
): Promise<FreshResults> {
  const results: Partial<Record<ContenderName, { times: Record<Network, number[]> }>> = {};
  for (let n = 0; n < rounds; n++) {
    // Pages that were opened early are slower than late ones: everybody is early once.
    const first = Math.floor((n * bundles.length) / rounds);
    const inOrder = [...bundles.slice(first), ...bundles.slice(0, first)];
    for (const { name, times } of await round(browser, inOrder, cannot)) {
      const all = results[name]?.times ?? { whole: [], mute: [] };
      results[name] = { times: { whole: [...all.whole, ...times.whole], mute: [...all.mute, ...times.mute] } };
    }
  }
  return results;
}
