import type { Target } from 'puppeteer-core';
import { afterEach, beforeEach, onTestFinished } from 'vitest';
import { type DemoPage, watchDemoPage } from '../../demo/demo-page.ts';
import { type DemoSite, openDemoSite } from '../../demo/site.ts';
import type { Browser } from '../support/browsers.ts';
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

const ready = (demo: DemoPage) => demo.until('the page to be ready', ({ phase }) => phase !== '');

export const phaseIs = (demo: DemoPage, wanted: string) => demo.until(wanted, ({ phase }) => phase === wanted);
