import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenOnFreshPort } from './fresh-port.ts';
import { debianPackages, type Engine, engines, isInstalled } from './installed-engines.ts';
import type { InPage } from './page-call.ts';
import { launchChromium, launchFirefox } from './puppeteer-browser.ts';
import { launchWebKit } from './webkit-browser.ts';

/** One tab of a real browser. All tabs of one browser share one fresh profile: storage, Web Locks, BroadcastChannel. */
export interface Tab {
  readonly engine: Engine;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  back(): Promise<void>;
  /** Runs the function in the page, awaits its promise and gives its value (as JSON), or throws a `PageError`. */
  evaluate<A extends unknown[], R>(fn: InPage<A, R>, ...args: A): Promise<R>;
  /** The same, but it waits at this gate of a barrier first; `together` opens one and uses it. */
  evaluateBehind<A extends unknown[], R>(gate: string, fn: InPage<A, R>, ...args: A): Promise<R>;
  /** Runs a function that navigates away in its own turn; resolves when the next page has loaded. */
  leave<A extends unknown[]>(fn: InPage<A, unknown>, ...args: A): Promise<void>;
  close(): Promise<void>;
  /** The test needs it no more, and another may have it. */
  done(): Promise<void>;
  /** What only this engine can do. A tab that was asked for it is not used again by another test. */
  readonly raw: RawTab;
}

export type RawTab =
  | { engine: 'chromium'; page: import('puppeteer-core').Page; cdp: import('puppeteer-core').CDPSession }
  | { engine: 'firefox'; page: import('puppeteer-core').Page }
  | { engine: 'webkit'; driver: WebdriverIO.Browser; handle: string };

export interface Browser {
  readonly engine: Engine;
  readonly version: string;
  /** Opens a tab in a window of its own, so that every tab is visible and none is throttled. */
  openTab(url?: string): Promise<Tab>;
  close(): Promise<void>;
}

export type { Engine } from './installed-engines.ts';
export { engines } from './installed-engines.ts';

const launchers: Record<Engine, () => Promise<Browser>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebKit,
};

export const launchBrowser = (engine: Engine): Promise<Browser> => launchers[engine]();

const running = new Map<Engine, Promise<Browser>>();

/**
 * The browser that all test files of one run share, because starting one takes seconds. It ends with the test process (see
 * reaper.ts). Tests see nothing of each other's storage: every site has an origin of its own.
 */
const sharedBrowser = (engine: Engine): Promise<Browser> => {
  const browser = running.get(engine) ?? launchBrowser(engine);
  running.set(engine, browser);
  browser.catch(() => running.delete(engine));
  return browser;
};

/** Tabs that tests are done with, each at a page of nowhere: to open a window takes longer than to load a page. */
const idle: Record<Engine, Tab[]> = { chromium: [], firefox: [], webkit: [] };
const leaveWithin = 5_000;
let served: Promise<string> | undefined;

/**
 * In Chromium a page of the host of nearly all sites: to one of no host, and from there to the next site, it changes processes.
 * Not so in Firefox, which would keep that page alive for Back, and fewer of those that tests want it to keep.
 */
function nowhere(engine: Engine): Promise<string> | string {
  if (engine !== 'chromium') return 'data:text/html,idle';
  const serve = async (): Promise<string> => {
    const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('idle'));
    const port = await listenOnFreshPort(server);
    server.unref();
    return `http://localhost:${port}/`;
  };
  served ??= serve();
  return served;
}

async function retire(tab: Tab): Promise<void> {
  const { engine } = tab;
  const left = await Promise.race([
    tab.goto(await nowhere(engine)).then(
      () => true,
      () => false,
    ),
    pause(leaveWithin, false, { ref: false }),
  ]);
  if (left) idle[engine].push(tab);
  else await tab.close();
}

/** The same browser, which `close` only rids of the tabs that were opened here. */
const tabsOf = (browser: Browser): Browser => {
  const open = new Set<Tab>();
  return {
    engine: browser.engine,
    version: browser.version,
    async openTab(url) {
      const opened = idle[browser.engine].pop() ?? (await browser.openTab());
      let isSpecial = false;
      const end = async (how: (tab: Tab) => Promise<void>): Promise<void> => {
        if (open.delete(tab)) await how(opened);
      };
      const tab: Tab = Object.create(opened, {
        close: { value: () => end((tab) => tab.close()) },
        done: { value: () => end(isSpecial ? (tab) => tab.close() : retire) },
        // A page out of the cache may never let go of its tab: in Firefox the next one does not load.
        back: {
          value() {
            isSpecial = true;
            return opened.back();
          },
        },
        raw: {
          get() {
            isSpecial = true;
            return opened.raw;
          },
        },
      });
      open.add(tab);
      if (url !== undefined) await tab.goto(url);
      return tab;
    },
    async close() {
      for (const tab of [...open]) await tab.done();
    },
  };
};

export const openTabs = async (browser: Browser, count: number, url: string): Promise<Tab[]> => {
  const tabs: Tab[] = [];
  for (let n = 0; n < count; n++) tabs.push(await browser.openTab(url));
  return tabs;
};

/**
 * Declares the tests once for every engine named. A missing engine skips them (the run's first line says so, loudly) or,
 * with `CI=true`, fails them.
 */
export function describeIn(
  wanted: readonly Engine[],
  title: string,
  body: (browser: () => Browser, engine: Engine) => void,
): void {
  for (const engine of wanted) {
    if (isInstalled(engine)) {
      describe(`${title} [${engine}]`, () => {
        let browser: Browser | undefined;
        beforeAll(async () => {
          browser = tabsOf(await sharedBrowser(engine));
        });
        afterAll(() => browser?.close());
        body(() => {
          if (browser === undefined) throw new Error(`${engine} did not start`);
          return browser;
        }, engine);
      });
    } else if (process.env['CI'] === 'true') {
      test(`${title} [${engine}]`, () => expect.fail(missing([engine])));
    } else {
      describe.skip(`${title} [${engine}]`, () => body(() => expect.unreachable(), engine));
    }
  }
}

/** One line that names the engines that are not here and the Debian packages that bring them. */
export const missing = (absent: readonly Engine[]): string =>
  `NOT TESTED in ${absent.join(', ')}: not on this machine. On Debian: apt-get install ${absent.map((engine) => debianPackages[engine]).join(' ')}`;

export const absentEngines = (): Engine[] => engines.filter((engine) => !isInstalled(engine));
