import { expect, test } from 'vitest';
import { type AppWindow, eventually, get, heard, held, logIn, outcome, stored, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];

/** What waits for the refresh when the logout comes. */
const waiting = {
  'refresh()': (tab: Tab) => tab.evaluate(async () => (await client.refresh()).status),
  'client.fetch': (tab: Tab) => tab.evaluate(async () => (await client.fetch('me')).status),
  'client.api': (tab: Tab) => tab.evaluate(async () => (await client.api.get('me')).status),
};
const cases = [
  { where: 'the same tab', what: 'refresh()' },
  { where: 'the same tab', what: 'client.api' },
  { where: 'another tab', what: 'refresh()' },
  { where: 'another tab', what: 'client.fetch' },
  { where: 'another tab', what: 'client.api' },
] as const;

/** A tab in the middle of a refresh that the server has done but not answered, and what it is waiting for. */
async function refreshing(tabs: readonly [Tab, Tab], what: keyof typeof waiting): Promise<{ call: Promise<unknown> }> {
  const { site } = app;
  await logIn(tabs[0]);
  await eventually(() => heard(tabs[1])).toEqual(['signed-in']);
  await site.advance(tabs, '20m');
  site.server.faults.next('refresh', { delay: 3_600_000, after: 'commit' });
  const call = outcome<unknown>(waiting[what](tabs[0]));
  await held(site, 'refresh');
  return { call };
}

describeIn(engines, 'a logout during a refresh', (browser) => {
  test.each(cases)('in $where stays one, and both pairs are dead; $what is told (R2)', async ({ where, what }) => {
    const { site } = app;
    const tabs = (await app.open(browser(), 2)) as [Tab, Tab];
    const [a, b] = tabs;
    const { call } = await refreshing(tabs, what);

    const logout = (where === 'the same tab' ? a : b).evaluate(() => client.logout());
    expect(await logout).toMatchObject({ local: 'cleared' });
    site.server.faults.clear();
    expect(await call).toBe('NotSignedInError');
    for (const tab of tabs) await eventually(() => heard(tab)).toEqual(['signed-in', 'signed-out']);
    await eventually(() => stored(a)).toEqual({});
    expect(await site.server.sessions.list()).toMatchObject([{ status: 'revoked' }]);
    expect(await get(a)).toBe(401);
  });

  test('leaves the session alone that begins before the old answer lands (R2)', async () => {
    const { site } = app;
    const tabs = (await app.open(browser(), 2)) as [Tab, Tab];
    const [a, b] = tabs;
    const { call } = await refreshing(tabs, 'refresh()');
    await b.evaluate(async () => void (await client.logout()));
    await logIn(b);
    const pair = (await stored(b))['latchkey'];
    site.server.faults.clear();
    expect(await call).toMatch(/^(NotSignedIn|SessionChanged)Error$/);
    for (const tab of tabs) expect(await get(tab)).toBe(200);
    expect((await stored(a))['latchkey']).toBe(pair);
    expect(await site.server.sessions.list()).toMatchObject([{ status: 'revoked' }, { status: 'live', generation: 1 }]);
  });
});
