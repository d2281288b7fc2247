import { expect, test } from 'vitest';
import { type AppWindow, eventsOf, eventually, heard, logIn, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const fireTimers: AppWindow['fireTimers'];

const options = { byHand: true };
const fire = (tab: Tab) => tab.evaluate(() => fireTimers());

/** The end of the session as this tab knows it, in its own time. */
const endOf = (tab: Tab): Promise<number> =>
  tab.evaluate(() => (client.session.status === 'signed-in' ? client.session.refreshableUntil : 0));

/** The only warning so far; that it told the truth, and not too early, is checked here. */
async function expectOneWarning(tab: Tab, end: number): Promise<void> {
  const warnings = (await eventsOf(tab)).filter(({ type }) => type === 'session-expiring');
  expect(warnings).toHaveLength(1);
  const { at = 0, msLeft = 0 } = warnings[0] ?? {};
  expect(msLeft).toBeLessThanOrEqual(120_000);
  expect(Math.abs(end - at - msLeft)).toBeLessThan(1_000);
}

describeIn(engines, 'two tabs near the end of the week', (browser) => {
  test('both warn once, and one extends for both; asking what is left costs nothing (T5, F1)', async () => {
    const { site } = app;
    const tabs = (await app.open(browser(), 2, { options })) as [Tab, Tab];
    const [a, b] = tabs;
    await logIn(a);
    await eventually(() => heard(b)).toEqual(['signed-in']);
    const end = await endOf(a);
    expect(await endOf(b)).toBe(end);

    await site.advance(tabs, '6d 23h 57m');
    for (const tab of tabs) await fire(tab);
    for (const tab of tabs) expect(await heard(tab)).not.toContain('session-expiring');
    await site.advance(tabs, '1m');
    for (const tab of tabs) await fire(tab);
    for (const tab of tabs) await expectOneWarning(tab, end);
    expect(site.server.requests.map(({ endpoint }) => endpoint)).toEqual(['login']);

    await a.evaluate(async () => void (await client.refresh({ force: true })));
    for (const tab of tabs) await eventually(() => heard(tab)).toContain('session-extended');
    expect((await eventsOf(b)).find(({ type }) => type === 'session-extended')).toMatchObject({ origin: 'other-tab' });
    await site.advance(tabs, '1m');
    for (const tab of tabs) await fire(tab);
    for (const tab of tabs) await expectOneWarning(tab, end);
  });

  test('are told when they wake, with what is really left, if they slept over the moment (T5)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser(), 1, { options });
    await logIn(tab);
    const end = await endOf(tab);
    await site.advance([tab], '6d 23h 59m');
    await tab.evaluate(() => void dispatchEvent(new Event('focus')));
    await expectOneWarning(tab, end);
    expect((await eventsOf(tab)).at(-1)?.msLeft).toBeLessThanOrEqual(60_000);
  });
});

describeIn(['chromium'], 'a tab that was frozen over the moment', (browser) => {
  test('is told when it thaws, with what is really left (T5)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    if (tab.raw.engine !== 'chromium') throw new Error('This is not Chromium.');
    await logIn(tab);
    const end = await endOf(tab);
    await tab.raw.cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
    await site.advance([tab], '6d 23h 59m');
    await tab.raw.cdp.send('Page.setWebLifecycleState', { state: 'active' });
    await eventually(() => heard(tab)).toContain('session-expiring');
    await expectOneWarning(tab, end);
  });
});
