import type { Target } from 'puppeteer-core';
import { expect, onTestFinished, test } from 'vitest';
import { type AppWindow, eventsOf, eventually, get, heard, logIn, outcome, stored, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];

/** What the browser tells a page that wakes, and five requests in the same turn. */
const wakeAndAsk = () => {
  document.dispatchEvent(new Event('visibilitychange'));
  dispatchEvent(new Event('focus'));
  dispatchEvent(new Event('online'));
  return Promise.all([1, 2, 3, 4, 5].map(async () => (await client.fetch('me')).status));
};

const noExpiredTokenWasSent = () =>
  expect(app.site.asked('me').filter(({ accessToken }) => accessToken?.expired !== false)).toEqual([]);

describeIn(engines, 'a tab that wakes', (browser) => {
  test('after three hours refreshes on the third try, when the network is back, and answers all (T1)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser(), 1, { options: { renew: 'while-visible' } });
    await logIn(tab);
    await site.advance([tab], '3h');
    site.server.faults.next('refresh', { networkError: true }, 2);
    expect(await tab.evaluate(wakeAndAsk)).toEqual([200, 200, 200, 200, 200]);
    expect(site.asked('refresh').map(({ status }) => status)).toEqual([null, null, 200]);
    noExpiredTokenWasSent();
    expect(await heard(tab)).not.toContain('signed-out');
  });

  test('after eight days asks to log in again, once, and a logout still sends the pair (T1)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    await logIn(tab);
    await site.advance([tab], '8d');
    expect(await outcome(tab.evaluate(wakeAndAsk))).toBe('LoginRequiredError');
    expect(await tab.evaluate(() => client.session.status)).toBe('lapsed');
    const told = (await eventsOf(tab)).slice(1);
    expect(told).toMatchObject([{ type: 'lapsed', reason: 'window-passed' }]);
    expect(site.server.requests.map(({ endpoint }) => endpoint)).toEqual(['login']);

    expect(await tab.evaluate(() => client.logout())).toEqual({ local: 'cleared', server: 'revoked' });
    expect(await stored(tab)).toEqual({});
  });
});

describeIn(['chromium'], 'a tab that the browser has frozen,', (browser) => {
  test('refreshes once when it is thawed three hours later, and sends nothing before (T1)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser(), 1, { options: { renew: 'while-visible' } });
    if (tab.raw.engine !== 'chromium') throw new Error('This is not Chromium.');
    await logIn(tab);
    await tab.raw.cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
    await site.advance([tab], '3h');
    await tab.raw.cdp.send('Page.setWebLifecycleState', { state: 'active' });
    const five = await tab.evaluate(() =>
      Promise.all([1, 2, 3, 4, 5].map(async () => (await client.fetch('me')).status)),
    );
    expect(five).toEqual([200, 200, 200, 200, 200]);
    expect(site.asked('refresh')).toHaveLength(1);
    noExpiredTokenWasSent();
  });

  test('or hidden behind another refreshes like any other (T1, E1)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    await logIn(tab);
    await coverWithAnother(tab);
    await eventually(() => tab.evaluate(() => document.visibilityState)).toBe('hidden');
    await site.advance([tab], '20m');
    expect(await get(tab)).toBe(200);
    expect(site.asked('refresh')).toHaveLength(1);
    expect(await tab.evaluate(() => document.visibilityState)).toBe('hidden');
  });
});

/** Opens a page in front of this one, in the same window. */
async function coverWithAnother({ raw, evaluate }: Tab): Promise<void> {
  if (raw.engine !== 'chromium') throw new Error('This is not Chromium.');
  const opened = new Promise<Target>((resolve) => raw.page.browser().once('targetcreated', resolve));
  await evaluate(() => void window.open('/blank', '_blank', 'noopener'));
  const target = await opened;
  onTestFinished(async () => void (await (await target.page())?.close()));
}
