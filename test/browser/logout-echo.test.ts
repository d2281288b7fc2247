import { expect, test } from 'vitest';
import { type AppWindow, eventsOf, eventually, heard, logIn, stored, useApp } from '../support/app.ts';
import { together } from '../support/barrier.ts';
import { type Browser, describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const overheard: string[];

/** A page of the same origin that only listens: to every change of storage and every message between tabs. */
async function openListener(browser: Browser): Promise<Tab> {
  const tab = await browser.openTab(`${app.site.pages.url}/blank`);
  await tab.evaluate(() => {
    // WebKit tells only documents that have used localStorage before.
    localStorage.getItem('');
    const heard: string[] = [];
    Object.assign(window, { overheard: heard });
    addEventListener('storage', ({ key }) => heard.push(`storage ${key}`));
    const channel = new BroadcastChannel('latchkey:latchkey');
    channel.addEventListener('message', ({ data }) => heard.push(`message ${data.type}`));
  });
  return tab;
}

describeIn(engines, 'five tabs', (browser) => {
  test('tell each other of a logout once, and then it is quiet (M5)', async () => {
    const { site } = app;
    const tabs = await app.open(browser(), 5);
    await logIn(tabs[0]);
    for (const tab of tabs) await eventually(() => heard(tab)).toEqual(['signed-in']);
    const listener = await openListener(browser());
    expect(await tabs[0].evaluate(() => client.logout())).toEqual({ local: 'cleared', server: 'revoked' });
    for (const tab of tabs) await eventually(() => heard(tab)).toEqual(['signed-in', 'signed-out']);

    const quiet = await listener.evaluate(async () => {
      const before = overheard.length;
      await new Promise((later) => setTimeout(later, 2_000));
      return { before, after: overheard.length };
    });
    expect(quiet.before).toBeGreaterThan(0);
    expect(quiet.after).toBe(quiet.before);
    expect(await listener.evaluate(() => overheard.filter((what) => what === 'message ended'))).toHaveLength(1);
    expect(site.asked('logout')).toHaveLength(1);
    for (const [n, tab] of tabs.entries()) {
      const ends = (await eventsOf(tab)).filter(({ type }) => type === 'signed-out');
      expect(ends).toMatchObject([{ reason: n === 0 ? 'logout' : 'other-tab' }]);
    }
  });

  test('that log out at once all settle and leave nothing in storage (M5)', async () => {
    const { site } = app;
    const tabs = await app.open(browser(), 5);
    await logIn(tabs[0]);
    for (const tab of tabs) await eventually(() => heard(tab)).toEqual(['signed-in']);
    const results = await together(tabs, async () => (await client.logout()).local);
    expect(results).toEqual(tabs.map(() => ({ status: 'fulfilled', value: 'cleared' })));
    for (const tab of tabs) await eventually(() => heard(tab)).toEqual(['signed-in', 'signed-out']);
    expect(site.asked('logout').length).toBeLessThanOrEqual(5);
    await eventually(() => stored(tabs[0])).toEqual({});
    expect(await site.server.sessions.list()).toMatchObject([{ status: 'revoked' }]);
  });
});
