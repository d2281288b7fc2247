import { expect, test } from 'vitest';
import { type AppWindow, eventsOf, eventually, get, heard, logIn, start, stored, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];

/** What is stored, with every value that could open a session looked for. */
async function expectNoToken(tab: Tab, pair: string): Promise<void> {
  const { accessToken, refreshToken, secret } = JSON.parse(pair);
  const everything = JSON.stringify(await stored(tab));
  for (const token of [accessToken, refreshToken, secret]) if (token) expect(everything).not.toContain(token);
  expect(await stored(tab)).not.toHaveProperty('latchkey');
}

const deliveries = async (tab: Tab) => (await eventsOf(tab)).filter(({ type }) => type === 'revocation-delivered');

const pairIn = async (tab: Tab): Promise<string> => (await stored(tab))['latchkey'] ?? '';

describeIn(engines, 'a logout while the server cannot be reached', (browser) => {
  test('clears storage now, in all tabs, and is delivered when the network is back (L2)', async () => {
    const { site } = app;
    const tabs = (await app.open(browser(), 2)) as [Tab, Tab];
    const [a, b] = tabs;
    await logIn(a);
    await eventually(() => heard(b)).toEqual(['signed-in']);
    const pair = await pairIn(a);
    site.server.faults.next('*', { networkError: true }, Number.POSITIVE_INFINITY);
    expect(await a.evaluate(() => client.logout())).toEqual({ local: 'cleared', server: 'pending' });
    await expectNoToken(a, pair);
    await eventually(() => heard(b)).toEqual(['signed-in', 'signed-out']);
    expect(await site.server.sessions.list()).toMatchObject([{ status: 'live' }]);

    site.server.faults.clear();
    for (const tab of tabs) await tab.evaluate(() => void dispatchEvent(new Event('online')));
    await eventually(() => site.server.sessions.list()).toMatchObject([{ status: 'revoked', revokeReason: 'logout' }]);
    await eventually(() => stored(a)).toEqual({});
    // As a rule one tab delivers for all. On a busy machine another may not have seen yet that it is done, and is told so.
    const told = { status: 200, accessToken: null, refreshToken: null };
    const delivered = site.asked('logout').filter(({ status }) => status !== null);
    expect(delivered.length).toBeLessThanOrEqual(tabs.length);
    expect(delivered).toEqual(delivered.map(() => expect.objectContaining(told)));
    const results = async () => [...(await deliveries(a)), ...(await deliveries(b))].map(({ server }) => server).sort();
    await eventually(results).toEqual([...delivered.slice(1).map(() => 'already-revoked'), 'revoked']);
  });

  test.each([
    ['429', { status: 429, body: { error: 'slow_down' } }],
    ['a page of a proxy', { html: true }],
  ] as const)(
    'or answers %s is taken up by the next page, next to the login of another user (L2)',
    async (_, fault) => {
      const { site } = app;
      const [tab] = await app.open(browser(), 1, { options: { logoutTimeout: 1_000 } });
      const sid = await logIn(tab, 'ada');
      const pair = await pairIn(tab);
      site.server.faults.next('logout', fault);
      expect(await tab.evaluate(() => client.logout())).toEqual({ local: 'cleared', server: 'pending' });
      await expectNoToken(tab, pair);
      const next = await logIn(tab, 'grace');

      await site.advance([tab], '1m');
      await tab.reload();
      await start(tab);
      await eventually(() => site.server.sessions.list('ada')).toMatchObject([{ sid, status: 'revoked' }]);
      await eventually(async () => Object.keys(await stored(tab))).toEqual(['latchkey']);
      expect(await get(tab)).toBe(200);
      expect(await site.server.sessions.list('grace')).toMatchObject([{ sid: next, status: 'live' }]);
    },
  );
});

describeIn(['chromium'], 'a browser without a network', (browser) => {
  test('logs out at once, and tells the server by itself when the network is back (L2)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    if (tab.raw.engine !== 'chromium') throw new Error('This is not Chromium.');
    const { page } = tab.raw;
    await logIn(tab);
    const pair = await pairIn(tab);
    await page.setOfflineMode(true);
    expect(await tab.evaluate(() => navigator.onLine)).toBe(false);
    expect(await tab.evaluate(() => client.logout())).toEqual({ local: 'cleared', server: 'pending' });
    await expectNoToken(tab, pair);
    expect(site.asked('logout')).toEqual([]);

    await page.setOfflineMode(false);
    await eventually(() => site.server.sessions.list()).toMatchObject([{ status: 'revoked' }]);
    await eventually(() => stored(tab)).toEqual({});
  });
});
