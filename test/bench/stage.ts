import type { Tab } from '../support/browsers.ts';
import type { Bundle } from './bundles.ts';
import type { ContenderPage, Session } from './contender.ts';
import { type BenchServer, serveBench } from './server.ts';

declare const contender: ContenderPage['contender'];

/** A contender with a server, pages and a session of its own. */
export interface Stage {
  readonly server: BenchServer;
  /** A page with the contender in it, to be opened by `open` or otherwise. */
  readonly page: string;
  /** A page with nothing in it. */
  readonly blank: string;
  /** Gives the browser a session whose access token is so old; lifetimes in milliseconds. @param api where it is for. */
  seed(tab: Tab, lifetime: number, age?: number, api?: string): Promise<Session>;
  /** Ends in a page whose application has started. */
  start(tab: Tab): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Milliseconds that every answer takes. */
  readonly latency?: number;
  /** So many times faster time goes by in the pages and on the server. */
  readonly speed?: number;
  /** Whether its pages are told the exact time, for what takes microseconds. */
  readonly exact?: boolean;
}

export const minutes20 = 20 * 60_000;

export async function setStage({ code }: Pick<Bundle, 'code'>, options: StageOptions = {}): Promise<Stage> {
  const { latency = 0, speed = 1, exact = false } = options;
  const begun = Date.now();
  const server = await serveBench(latency, exact, () => begun + (Date.now() - begun) * speed);
  const hurry = speed === 1 ? '' : `<script>(${hurried})(${begun}, ${speed})</script>`;
  const page = (script: string): string => `<!doctype html><meta charset="utf-8"><title>bench</title>${hurry}${script}`;
  server.serve('/contender.js', 'text/javascript', code);
  server.serve('/page', 'text/html', page('<script src="/contender.js"></script>'));
  server.serve('/blank', 'text/html', page(''));
  server.serve('/favicon.ico', 'image/x-icon', '');
  return {
    server,
    page: `${server.origin}/page`,
    blank: `${server.origin}/blank`,
    async seed(tab, lifetime, age = 0, api = server.origin) {
      await tab.goto(`${server.origin}/page`);
      const session = server.newSession(lifetime, age);
      await tab.evaluate(async (session, api) => void (await contender.seed(session, api)), session, api);
      return session;
    },
    async start(tab) {
      await tab.goto(`${server.origin}/page`);
      await tab.evaluate(async () => void Object.assign(window, { send: await contender.open(location.origin) }));
    },
    close: () => server.close(),
  };
}

/** Runs in the page: its clock and timers go faster. What is measured is measured by `performance.now()`, which does not. */
function hurried(begun: number, speed: number): void {
  const { Date: RealDate, setTimeout: realTimeout, setInterval: realInterval } = window;
  const now = (): number => Math.floor(begun + (RealDate.now() - begun) * speed);
  const HurriedDate = class extends RealDate {
    constructor(...given: [] | [number]) {
      super(...((given.length === 0 ? [now()] : given) as [number]));
    }
    static override now(): number {
      return now();
    }
  };
  Object.assign(window, {
    Date: HurriedDate,
    setTimeout: (task: () => void, delay = 0, ...rest: unknown[]) => realTimeout(task, delay / speed, ...rest),
    setInterval: (task: () => void, delay = 0, ...rest: unknown[]) => realInterval(task, delay / speed, ...rest),
  });
}
