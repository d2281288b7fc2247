import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, expect } from 'vitest';
import type { AppEvent, AppWindow } from './app-page.ts';
import type { Browser, Tab } from './browsers.ts';
import { openSite, type Site, type SiteOptions } from './site.ts';

export type { AppEvent, AppWindow } from './app-page.ts';

/** A site that is new for each test, and tabs of its application. Whatever a test opens here is closed after it. */
export interface App {
  readonly site: Site;
  /** Opens tabs of the application, each with a client in it. `url`: another page of the site; `options`: of the client. */
  open(browser: Browser, count?: number, given?: { url?: string; options?: object }): Promise<[Tab, ...Tab[]]>;
}

// Run in the page.
declare const client: AppWindow['client'];
declare const startClient: AppWindow['startClient'];
declare const events: AppWindow['events'];
declare const faults: AppWindow['faults'];

/** Opens a site before each test, and checks after it that no page had an error or a rejection that nobody handled. */
export function useApp(options: SiteOptions | (() => SiteOptions) = {}): App {
  let site: Site;
  const tabs = new Set<Tab>();
  beforeEach(async () => {
    site = await openSite(typeof options === 'function' ? options() : options);
  });
  afterEach(async () => {
    const unhandled: string[] = [];
    for (const tab of tabs) {
      // A page that the test has left has nothing to tell.
      unhandled.push(...((await tab.evaluate(() => faults).catch(() => [])) ?? []));
      await tab.done();
    }
    tabs.clear();
    await site.close();
    expect(unhandled, 'errors that no page handled').toEqual([]);
  });
  return {
    get site() {
      return site;
    },
    async open(browser, count = 1, { url = site.app, options = {} } = {}) {
      const opened: Tab[] = [];
      for (let n = 0; n < count; n++) {
        const opening = await browser.openTab(url);
        const tab: Tab = Object.create(opening, {
          close: {
            value() {
              tabs.delete(tab);
              return opening.close();
            },
          },
        });
        tabs.add(tab);
        await start(tab, options);
        opened.push(tab);
      }
      return opened as [Tab, ...Tab[]];
    },
  };
}

/** Makes the client of a page that has been loaded, or loaded again. */
export const start = (tab: Tab, options: object = {}): Promise<void> =>
  tab.evaluate((given) => startClient(given), options);

const passwords = { ada: 'lovelace', grace: 'hopper-1906' };

export const logIn = (tab: Tab, username: keyof typeof passwords = 'ada'): Promise<string> =>
  tab.evaluate(
    async (credentials) => {
      const session = await client.login(credentials);
      return session.status === 'signed-in' ? session.sessionId : session.status;
    },
    { username, password: passwords[username] },
  );

/** The status of the answer to a request of the application. */
export const get = (tab: Tab, path = 'me'): Promise<number> =>
  tab.evaluate(async (path) => (await client.fetch(path)).status, path);

export const eventsOf = (tab: Tab): Promise<AppEvent[]> => tab.evaluate(() => events);

/** The types of the events so far, in order. */
export const heard = async (tab: Tab): Promise<string[]> => (await eventsOf(tab)).map(({ type }) => type);

/** Everything in the page's localStorage. */
export const stored = (tab: Tab): Promise<Record<string, string>> => tab.evaluate(() => ({ ...localStorage }));

/** Settles when what one tab has stored shows in the other: between processes that takes a moment. */
export const inStep = (a: Tab, b: Tab): Promise<void> =>
  eventually(async () => isDeepStrictEqual(await stored(a), await stored(b))).toBe(true);

/** Settles when so many requests to an endpoint are held up by a fault. */
export const held = (site: Site, endpoint: string, count = 1): Promise<void> =>
  eventually(() => site.asked(endpoint).filter((request) => request.held).length).toBe(count);

/** The name of the error that this ends with in the page, or its value. Call it before what makes it fail. */
export const outcome = <T>(work: Promise<T>): Promise<T | string> => work.catch((error: Error) => error.name);

/** Looks again and again until what is expected is there: generous, because the machine may be busy. */
export const eventually: typeof expect.poll = (look, options) =>
  expect.poll(look, { timeout: 30_000, interval: 20, ...options });

/** How often to repeat what depends on chance; `LATCHKEY_ROUNDS` says how often instead. */
export const rounds = (usually: number): number => Number(process.env['LATCHKEY_ROUNDS'] ?? usually);
