import type { Browser, Tab } from '../../support/browsers.ts';
import type { Bundle, ContenderName } from '../bundles.ts';
import type { Session } from '../contender.ts';
import { minutes20, type Stage, setStage } from '../stage.ts';
import { load, measure, seed, start, stubNetwork } from './fresh-in-frame.ts';

/**
 * What stands in for the network. `whole` does what every real fetch does before and after it: makes a `Request` of what it was
 * given, and the answer is read. `mute` looks at nothing, and nobody reads the answer: what is left is hardly a request, but
 * nearly all of it is the package's own.
 */
export type Network = 'whole' | 'mute';

export interface Fresh {
  /** Microseconds of one request, one number per turn of all rounds; not a number where the contender could not. */
  readonly times: Readonly<Record<Network, readonly number[]>>;
}

export type FreshResults = Partial<Record<ContenderName, Fresh>>;

/** Of another origin than the page, as the documentations have it: axios looks for a cookie first when it is the same. */
const api = 'https://api.bench.example';
/** Until the engine has made of the code what it will make of it: so many requests, or so many milliseconds of them. */
const warmUp = { requests: 4_000, atMost: 1_500 };
/** Short turns and many of them, so that most meet no disturbance. */
const requests = 60;
const turns = 25;
/** What comes first in a turn finds cold caches and what the one before has left, and is not counted. */
const ahead = 20;

type Cannot = (name: ContenderName, error: Error) => void;

/** A frame with one contender in it. */
interface Place {
  readonly name: ContenderName;
  run<A extends unknown[], R>(task: (...given: A) => R, ...given: A): Promise<Awaited<R>>;
  readonly times: Record<Network, number[]>;
}

function addFrame(id: string): Promise<void> {
  document.getElementById(id)?.remove();
  const frame = Object.assign(document.createElement('iframe'), { id, src: location.href });
  return new Promise((resolve) => {
    frame.onload = () => resolve();
    document.body.append(frame);
  });
}

function runInFrame(id: string, task: string, given: readonly unknown[]): unknown {
  const frame = document.getElementById(id) as HTMLIFrameElement;
  return (frame.contentWindow as Window & typeof globalThis).eval(`(${task})`)(...given);
}

async function place(tab: Tab, name: ContenderName): Promise<Place> {
  await tab.evaluate(addFrame, name);
  return {
    name,
    run: (task, ...given) => tab.evaluate(runInFrame, name, String(task), given) as never,
    times: { whole: [], mute: [] },
  };
}

async function keepSession(tab: Tab, { name, code }: Bundle, session: Session): Promise<void> {
  const { run } = await place(tab, name);
  await run(load, code);
  await run(seed, session, api);
}

async function open(tab: Tab, { name, code }: Bundle, token: string): Promise<Place> {
  const opened = await place(tab, name);
  await opened.run(stubNetwork);
  await opened.run(load, code);
  await opened.run(start, api);
  for (const kind of ['mute', 'whole'] as const) {
    const until = Date.now() + warmUp.atMost;
    for (let n = 0; n < warmUp.requests && Date.now() < until; n += 500) await opened.run(measure, kind, 0, 500, token);
  }
  return opened;
}

/** All contenders are open at once and take turns, so that a busy moment of the machine meets all of them. */
async function round(tab: Tab, stage: Stage, bundles: readonly Bundle[], cannot: Cannot): Promise<Place[]> {
  await tab.goto(stage.blank);
  const session = stage.server.newSession(minutes20);
  const places: Place[] = [];
  for (const bundle of bundles) {
    try {
      await keepSession(tab, bundle, session);
      places.push(await open(tab, bundle, session.accessToken));
    } catch (error) {
      cannot(bundle.name, error as Error);
    }
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const kind of ['whole', 'mute'] as const) {
      // Nobody always comes after the same.
      const inTurn = places.map((place) => ({ place, at: Math.random() })).sort((a, b) => a.at - b.at);
      for (const { place } of inTurn)
        place.times[kind].push(await place.run(measure, kind, ahead, requests, session.accessToken));
    }
  }
  return places;
}

export const freshRounds = (rounds: number): number => rounds + 2;

/**
 * How fast a page is, is partly a matter of luck. Each contender has a frame, and with it all globals, to itself, but in every
 * round those of all are in one page, which is a new one in every round.
 */
export async function measureFresh(
  browser: Browser,
  bundles: readonly Bundle[],
  rounds: number,
  cannot: Cannot,
): Promise<FreshResults> {
  const places: Place[][] = [];
  for (let n = 0; n < rounds; n++) {
    // Nothing that the round before has stored is there.
    const stage = await setStage({ code: '' }, { exact: true });
    const tab = await browser.openTab();
    // Frames that were opened early may be slower than late ones: everybody is early once.
    const first = Math.floor((n * bundles.length) / rounds);
    const inOrder = [...bundles.slice(first), ...bundles.slice(0, first)];
    places.push(await round(tab, stage, inOrder, cannot));
    await tab.close();
    await stage.close();
  }
  const results: FreshResults = {};
  for (const { name } of bundles) {
    const times = places.map((inRound) => inRound.find((place) => place.name === name)?.times);
    if (times.some(Boolean))
      results[name] = { times: { whole: turnByTurn(times, 'whole'), mute: turnByTurn(times, 'mute') } };
  }
  return results;
}

/** A round that a contender missed keeps its place, so that turn by turn its times stand beside those of the others. */
const turnByTurn = (times: readonly (Place['times'] | undefined)[], network: Network): number[] =>
  times.flatMap((inRound) => inRound?.[network] ?? Array<number>(turns).fill(Number.NaN));
