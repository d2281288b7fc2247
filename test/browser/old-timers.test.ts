import { expect, test } from 'vitest';
import { type AppWindow, eventually, get, heard, logIn, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const fireTimers: AppWindow['fireTimers'];

describeIn(engines, 'a tab with a timer for a token that another tab has renewed', (browser) => {
  test('does nothing at the old time, and renews with the new token at the new time (M6)', async () => {
    const { site } = app;
    const options = { renew: 'while-visible', byHand: true };
    const [a, b] = (await app.open(browser(), 2, { options })) as [Tab, Tab];
    const tabs = [a, b];
    await logIn(a);
    await eventually(() => heard(b)).toEqual(['signed-in']);
    await site.advance(tabs, '10m');
    await a.evaluate(async () => void (await client.refresh({ force: true })));
    await eventually(() => heard(b)).toEqual(['signed-in', 'token-refreshed']);

    // A minute before the end of the first access token, when a timer armed for it would have fired.
    await site.advance(tabs, '9m 30s');
    for (const tab of tabs) await tab.evaluate(() => fireTimers());
    for (const tab of tabs) expect(await get(tab)).toBe(200);
    expect(site.asked('refresh')).toHaveLength(1);

    // The same for the second one.
    await site.advance(tabs, '10m');
    await b.evaluate(() => fireTimers());
    await eventually(() => site.asked('refresh')).toMatchObject([{ status: 200 }, { status: 200 }]);
    await eventually(() => heard(a)).toEqual(['signed-in', 'token-refreshed', 'token-refreshed']);
    await a.evaluate(() => fireTimers());
    for (const tab of tabs) expect(await get(tab)).toBe(200);
    const presented = site.asked('refresh').map(({ refreshToken }) => refreshToken);
    expect(presented).toHaveLength(2);
    expect(new Set(presented).size).toBe(2);
  });
});
