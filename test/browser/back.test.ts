import { expect, test } from 'vitest';
import { type AppWindow, eventually, get, heard, logIn, start, useApp } from '../support/app.ts';
import { type Browser, describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];

/** A tab that was signed in, went on to another page, and comes Back after `meanwhile`. */
async function backAfter(browser: Browser, meanwhile: (other: Tab) => Promise<unknown>): Promise<Tab> {
  const { site } = app;
  const [tab, other] = (await app.open(browser, 2)) as [Tab, Tab];
  await logIn(tab);
  await eventually(() => heard(other)).toEqual(['signed-in']);
  expect(await get(tab)).toBe(200);
  await tab.goto(`${site.pages.url}/blank`);
  await meanwhile(other);
  await tab.back();
  return tab;
}

/** Starts the client again where the browser loaded the page anew instead of bringing it back. */
async function startUnlessAlive(tab: Tab): Promise<void> {
  if (!(await tab.evaluate(() => 'client' in window))) await start(tab);
}

/** The access tokens that requests carried, as the server calls them; `null` for none. */
const carried = () => app.site.asked('me').map(({ accessToken }) => accessToken?.fingerprint ?? null);

describeIn(engines, 'Back to a page that was signed in', (browser) => {
  test('after a logout elsewhere sends nothing with the old token (M4, TST-17)', async () => {
    const tab = await backAfter(browser(), (other) => other.evaluate(() => client.logout()));
    await startUnlessAlive(tab);
    expect(await get(tab)).toBe(401);
    const [old, ...later] = carried();
    expect(old).not.toBeNull();
    expect(later).toEqual([null]);
    expect(await tab.evaluate(() => client.session.status)).toBe('signed-out');
  });

  test('after a logout and a login elsewhere uses the new session only (M4, TST-17)', async () => {
    let sid = '';
    const tab = await backAfter(browser(), async (other) => {
      await other.evaluate(() => client.logout());
      sid = await logIn(other);
    });
    await startUnlessAlive(tab);
    expect(await get(tab)).toBe(200);
    const [old, now] = carried();
    expect(now).not.toBe(old);
    expect(await tab.evaluate(() => client.session)).toMatchObject({ status: 'signed-in', sessionId: sid });
  });
});

describeIn(engines, 'a page that comes back alive from the back/forward cache', (browser) => {
  test('has heard of the logout before it is asked for anything (M4, TST-17)', async () => {
    const tab = await backAfter(browser(), (other) => other.evaluate(() => client.logout()));
    expect(await tab.evaluate(() => 'client' in window)).toBe(true);
    await eventually(() => heard(tab)).toEqual(['signed-in', 'signed-out']);
  });

  test('hears of others again after it was away (M5, TST-17)', async () => {
    const tab = await backAfter(browser(), async () => undefined);
    const [other] = await app.open(browser());
    await other.evaluate(async () => void (await client.logout()));
    await eventually(() => heard(tab)).toEqual(['signed-in', 'signed-out']);
  });
});
