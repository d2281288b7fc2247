import { expect, test } from 'vitest';
import { type AppWindow, eventually, get, heard, logIn, rounds, start, useApp } from '../support/app.ts';
import { together } from '../support/barrier.ts';
import { describeIn, engines } from '../support/browsers.ts';

// Strict, and soon angry: the fourth refresh within a minute gets 429.
const app = useApp({ policy: { replayWindow: 0, refreshesPerMinute: 3 } });

// Run in the page.
declare const client: AppWindow['client'];

describeIn(engines, 'twenty tabs', (browser) => {
  const times = rounds(1);
  test(`that come into view at once with an expired token refresh once, ${times} times over (M1, M8)`, async () => {
    const { site } = app;
    const tabs = await app.open(browser(), 20, { options: { renew: 'while-visible' } });
    await logIn(tabs[0]);
    for (const tab of tabs) await eventually(() => heard(tab)).toEqual(['signed-in']);
    for (let round = 1; round <= times; round++) {
      await site.advance(tabs, '20m');
      const answers = await together(tabs, async () => {
        document.dispatchEvent(new Event('visibilitychange'));
        return (await client.fetch('me')).status;
      });
      expect(answers).toEqual(tabs.map(() => ({ status: 'fulfilled', value: 200 })));
      expect(site.asked('refresh')).toHaveLength(round);
    }
    for (const tab of tabs) {
      expect(await heard(tab)).not.toContain('signed-out');
      expect(await tab.evaluate(() => client.session.status)).toBe('signed-in');
    }
  });
});

describeIn(engines, 'a page load with a session in storage', (browser) => {
  test('costs no refresh while the access token is good, and one when it has expired, with no election first (M8)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    await logIn(tab);
    for (let load = 0; load < 12; load++) {
      await tab.reload();
      await start(tab);
      expect(await get(tab)).toBe(200);
    }
    expect(site.asked('refresh')).toHaveLength(0);

    await site.advance([tab], '20m');
    await tab.reload();
    await start(tab);
    expect(await get(tab)).toBe(200);
    expect(site.asked('refresh')).toHaveLength(1);
    expect(site.asked('me').every(({ accessToken }) => accessToken?.expired === false)).toBe(true);
  });
});
