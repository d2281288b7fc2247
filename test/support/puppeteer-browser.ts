import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import puppeteer, { type LaunchOptions, type Page } from 'puppeteer-core';
import type { Browser, RawTab, Tab } from './browsers.ts';
import { chromiumPath, firefoxPath } from './installed-engines.ts';
import { callExpression, readAnswer } from './page-call.ts';
import { ownFolder, ownGroup } from './reaper.ts';

const quietChromium = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launchChromium = (): Promise<Browser> =>
  launch('chromium', {
    browser: 'chrome',
    ...executable(chromiumPath()),
    // Chromium refuses to sandbox what root starts; tests in containers are root.
    // Tests that need HTTPS sign their certificates themselves.
    acceptInsecureCerts: true,
    args: process.getuid?.() === 0 ? [...quietChromium, '--no-sandbox'] : quietChromium,
  });

export const launchFirefox = (): Promise<Browser> =>
  launch('firefox', { browser: 'firefox', ...executable(firefoxPath()) });

const executable = (path: string | undefined): { executablePath: string } => {
  if (path === undefined) throw new Error('This browser is not on this machine.');
  return { executablePath: path };
};

async function launch(engine: 'chromium' | 'firefox', options: LaunchOptions): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), `latchkey-${engine}-`));
  const folder = ownFolder(profile);
  const browser = await puppeteer.launch({ headless: true, userDataDir: profile, ...options });
  const pid = browser.process()?.pid;
  const group = pid === undefined ? undefined : ownGroup(pid);

  return {
    engine,
    version: await browser.version(),
    async openTab(url) {
      const page = await browser.newPage({ type: 'window' });
      const tab = puppeteerTab(page, await rawTab(engine, page));
      if (url !== undefined) await tab.goto(url);
      return tab;
    },
    async close() {
      await browser.close().catch(() => undefined);
      group?.end();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
      folder.forget();
    },
  };
}

const rawTab = async (engine: 'chromium' | 'firefox', page: Page): Promise<RawTab> =>
  engine === 'chromium' ? { engine, page, cdp: await page.createCDPSession() } : { engine, page };

function puppeteerTab(page: Page, raw: RawTab): Tab {
  return {
    engine: raw.engine,
    raw,
    async goto(url) {
      await page.goto(url, { waitUntil: 'load' });
    },
    async reload() {
      await page.reload({ waitUntil: 'load' });
    },
    async back() {
      if (raw.engine === 'firefox') await backInFirefox(page);
      else await page.goBack({ waitUntil: 'load' });
    },
    async evaluate(fn, ...args) {
      return readAnswer(String(await page.evaluate(callExpression(fn, args))));
    },
    async evaluateBehind(gate, fn, ...args) {
      return readAnswer(String(await page.evaluate(callExpression(fn, args, gate))));
    },
    async leave(fn, ...args) {
      // The answer of a page that is gone never comes; what the call did shows in the next page.
      await Promise.all([
        page.waitForNavigation({ waitUntil: 'load' }),
        page.evaluate(callExpression(fn, args)).catch(() => undefined),
      ]);
    },
    async close() {
      await page.close();
    },
    async done() {
      await page.close();
    },
  };
}

let journeys = 0;

/** Puppeteer waits for a load, and a page that comes back from the cache of Firefox does not load. */
async function backInFirefox(page: Page): Promise<void> {
  // A number, because the page that comes back may have been left this way before.
  const number = ++journeys;
  await page.evaluate((number) => void Object.assign(window, { [Symbol.for('leaving')]: number }), number);
  // Its answer may go down with the page, and then takes seconds to fail.
  page.evaluate(() => history.back()).catch(() => undefined);
  const arrived = (number: number): boolean =>
    (window as unknown as Record<symbol, unknown>)[Symbol.for('leaving')] !== number &&
    document.readyState === 'complete';
  for (const until = Date.now() + 30_000; Date.now() < until; await pause(15)) {
    // Between two pages there is nothing to ask.
    if (await page.evaluate(arrived, number).catch(() => false)) return;
  }
  throw new Error('No page came back.');
}
