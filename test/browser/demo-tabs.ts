import type { Target } from 'puppeteer-core';
import { afterEach, beforeEach, onTestFinished } from 'vitest';
import {
  type Demo,
  type DemoPage,
  readPage,
  type Seen,
  type Sent,
  untilSeen,
  watchDemoPage,
} from '../../demo/demo-page.ts';
import { type DemoSite, openDemoSite } from '../../demo/site.ts';
import type { Browser, Tab } from '../support/browsers.ts';
import { freshPorts } from '../support/fresh-port.ts';

/** Serves the demo anew for each test. A port that was never used is an origin of its own: no test sees the storage of another. */
export function useDemoSite(): { readonly url: string } {
  let site: DemoSite;
  beforeEach(async () => {
    site = await openDemoSite(freshPorts());
  });
  afterEach(() => site.close());
  return {
    get url() {
      return site.url;
    },
  };
}

export async function openDemo(browser: Browser, url: string): Promise<DemoPage> {
  const tab = await browser.openTab();
  const { raw } = tab;
  if (raw.engine !== 'chromium') throw new Error('This is not Chromium.');
  onTestFinished(() => tab.close());
  const demo = watchDemoPage(raw.page);
  await raw.page.goto(url);
  await ready(demo);
  return demo;
}

/** Opens the second tab by the first one's button; the first one is hidden behind it then. */
export async function openSecondTab(first: DemoPage): Promise<DemoPage> {
  const opened = new Promise<Target>((resolve) => first.page.browser().once('targetcreated', resolve));
  await first.press('Open a second tab');
  const page = await (await opened).page();
  if (page === null) throw new Error('There is no second tab.');
  onTestFinished(() => page.close());
  const second = watchDemoPage(page);
  await ready(second);
  return second;
}

/** The demo in a tab of any engine. What it sends is noted where it calls `fetch`. */
export async function openDemoIn(tab: Tab, url: string): Promise<Demo> {
  const sent: Sent[] = [];
  await tab.goto(url);
  const read = async (): Promise<Seen> => {
    const [seen, noted] = [await tab.evaluate(readPage), await tab.evaluate(takeNotes)];
    sent.push(...noted.map((note) => ({ ...note, body: Promise.resolve(note.body) })));
    return seen;
  };
  const demo: Demo = {
    sent,
    read,
    // A button that leaves the page may do so before the tab has answered that it was pressed.
    press: (name) => tab.evaluate(clickButton, name).catch(nothingBetweenPages) as Promise<void>,
    until: (what, is) => untilSeen(() => read().catch(nothingBetweenPages), what, is),
  };
  await ready(demo);
  return demo;
}

/** A page that is being left answers no more; the next look finds the new one. */
function nothingBetweenPages(error: unknown): null {
  if (error instanceof Error && /page was left|context was destroyed/.test(error.message)) return null;
  throw error;
}

type Note = Omit<Sent, 'body'> & { body: string };
declare const notes: Note[];

/** What was sent since the last call. The first call in a page makes it take notes. */
function takeNotes(): Note[] {
  if ('notes' in window) return notes.splice(0);
  Object.assign(window, { notes: [] });
  const native = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/api/')) {
      notes.push({
        method: request.method,
        path: pathname.slice('/api/'.length),
        authorization: request.headers.get('authorization') ?? undefined,
        body: await request.clone().text(),
      });
    }
    return native(request);
  };
  return [];
}

function clickButton(name: string): void {
  const all = [...document.querySelectorAll('button')];
  const button = all.find(({ textContent }) => textContent.trim().replace(/\s+/g, ' ') === name);
  if (button === undefined) throw new Error(`There is no button “${name}”.`);
  // Afterwards, because the page may be left by it.
  setTimeout(() => button.click());
}

const ready = (demo: Demo) => demo.until('the page to be ready', ({ phase }) => phase !== '');

export const phaseIs = (demo: Demo, wanted: string) => demo.until(wanted, ({ phase }) => phase === wanted);
