import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RenderedApp, type Rendering, renderedApp } from './rendered-app.ts';

/**
 * Declares the tests of an application that renders on its server: what its user sees in Chromium, from load to logout.
 *
 * @returns the application, for further tests.
 */
export function sessionStaysTrue(fault: string, rendering: Rendering): () => RenderedApp {
  let app: RenderedApp;
  beforeAll(async () => {
    app = await renderedApp(rendering);
  });
  afterEach(async () => {
    const complaints = await app.forget();
    // A hydration that does not match is such a complaint.
    expect(complaints).toEqual([]);
  });
  afterAll(() => app?.close());

  test(`the server's page shows nobody and nothing that is guarded (${fault})`, async () => {
    expect(await app.html('/')).toContain('id="nobody"');
    expect(await app.html('/account')).not.toMatch(/id="account"|Log out/);
  });

  test(`a guarded page sends a visitor to the login and shows itself after that (${fault})`, async () => {
    const page = await app.open('/account');
    await at(page, '/login');
    await logIn(page);
    await shows(page, '#account');
    expect(path(page)).toBe('/account');
  });

  test(`a hard load of a guarded page keeps a signed-in user there (${fault})`, async () => {
    const page = await app.open('/login');
    await logIn(page);
    await shows(page, '#account');
    const visited = watchPaths(page);
    await page.reload({ waitUntil: 'load' });
    await shows(page, '#account');
    const other = await app.open('/account');
    await shows(other, '#account');
    // An effect that redirects too early does it within the first frames.
    await settled(page);
    await settled(other);
    expect([path(page), path(other), ...visited].filter((each) => each !== '/account')).toEqual([]);
  });

  test(`a page that differs by session hydrates without a mismatch, signed in (${fault})`, async () => {
    const page = await app.open('/login');
    await logIn(page);
    await shows(page, '#account');
    const home = await app.open('/');
    await shows(home, '#user');
    expect(await home.$('#nobody')).toBeNull();
  });

  test(`a logout in one tab sends the other to the login (${fault})`, async () => {
    const first = await app.open('/login');
    await logIn(first);
    await shows(first, '#account');
    const second = await app.open('/account');
    await shows(second, '#account');
    await second.click('button');
    await at(first, '/login');
    await at(second, '/login');
    const again = await app.open('/account');
    await at(again, '/login');
  });
  return () => app;
}

const path = (page: Page): string => new URL(page.url()).pathname;

const within = { timeout: 15_000 };

const shows = async (page: Page, selector: string): Promise<void> => {
  await page.waitForSelector(selector, within).catch((cause: unknown) => {
    throw new Error(`${page.url()} does not show ${selector}`, { cause });
  });
};

const at = (page: Page, wanted: string): Promise<unknown> =>
  page
    .waitForFunction((wanted: string) => location.pathname === wanted, within, wanted)
    .catch((cause: unknown) => {
      throw new Error(`${page.url()} does not go to ${wanted}`, { cause });
    });

/** By the form, once it is hydrated and hears of it. */
async function logIn(page: Page): Promise<void> {
  await shows(page, 'form[data-hydrated]');
  await page.type('input[name=username]', 'ada');
  await page.type('input[name=password]', 'lovelace');
  await page.click('button');
}

/** The paths that the page goes to from now on. */
function watchPaths(page: Page): readonly string[] {
  const paths: string[] = [];
  page.on('framenavigated', () => paths.push(path(page)));
  return paths;
}

/** When the page has had time for the effects of its first frames. */
const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (let n = 0; n < 10; n++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
