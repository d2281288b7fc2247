import { expect, test } from 'vitest';
import { type AppWindow, eventually, get, heard, logIn, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const LatchkeyDevtools: typeof import('@latchkey/client/devtools');

/** Tabs of the application with its devtools shown. */
async function openWithDevtools(browser: Parameters<typeof app.open>[0], count: number): Promise<Tab[]> {
  const { site } = app;
  site.pages.serve(
    '/devtools.js',
    new URL('../../packages/client/dist/latchkey-devtools.iife.min.js', import.meta.url),
  );
  const tabs = await app.open(browser, count);
  for (const tab of tabs) {
    await tab.evaluate(async () => {
      const script = document.createElement('script');
      script.src = '/devtools.js';
      await new Promise((loaded) => {
        script.onload = loaded;
        document.head.append(script);
      });
      LatchkeyDevtools.showDevtools(client);
    });
  }
  return tabs;
}

/** What a reader sees in the panel. */
const shown = (tab: Tab): Promise<string> =>
  tab.evaluate(() => {
    const panel = document.querySelector('latchkey-devtools')?.shadowRoot?.querySelector<HTMLElement>('.panel');
    // biome-ignore lint/performance/useDomNodeTextContent: what a reader sees is the question, laid out as it is.
    return panel?.innerText.replace(/\s+/g, ' ') ?? '';
  });

const press = (tab: Tab, label: string): Promise<void> =>
  tab.evaluate((label) => {
    const buttons = document.querySelector('latchkey-devtools')?.shadowRoot?.querySelectorAll('button') ?? [];
    [...buttons].find(({ textContent }) => textContent === label)?.click();
  }, label);

describeIn(engines, 'the devtools', (browser) => {
  test('show the session, its events and the other tabs, and make time pass at a press', async () => {
    const [a, b] = (await openWithDevtools(browser(), 2)) as [Tab, Tab];
    expect(await shown(a)).toMatch(/signed out.*no token.*no session/);
    await logIn(a);
    await eventually(() => shown(a)).toMatch(
      /signed in as ada.*kept in local.*Access token 20 minutes.*19 min 5\d s left/,
    );
    await eventually(() => shown(b)).toMatch(/signed-in.*other tab.*OTHER TABS.*signed in as ada/i);

    const refreshes = app.site.asked('refresh').length;
    await press(a, 'Expire the access token');
    await eventually(() => shown(a)).toMatch(/Access token.*ended/);
    expect(await get(a)).toBe(200);
    expect(app.site.asked('refresh')).toHaveLength(refreshes + 1);
    await eventually(() => shown(a)).toMatch(/token-refreshed ?the access token had expired/);

    await press(a, 'Let the week pass');
    for (const tab of [a, b]) await eventually(() => heard(tab)).toContain('lapsed');
    await eventually(() => shown(b)).toMatch(/lapsed: window-passed/);
    await press(b, 'Log out');
    await eventually(() => shown(b)).toMatch(/the server: revoked/);
    expect(await app.site.server.sessions.list()).toMatchObject([{ status: 'revoked' }]);
  });

  test('leave nothing behind when they are taken away', async () => {
    const [tab] = (await openWithDevtools(browser(), 1)) as [Tab];
    const left = await tab.evaluate(() => {
      const shown = document.querySelector('latchkey-devtools');
      shown?.remove();
      return [shown?.shadowRoot?.childElementCount, document.querySelector('latchkey-devtools')];
    });
    expect(left).toEqual([0, null]);
  });
});
