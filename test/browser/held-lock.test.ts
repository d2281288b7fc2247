import { expect, test } from 'vitest';
import { type AppWindow, get, heard, held, logIn, outcome, stored, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];

/** Takes the client's lock and never gives it back. */
const takeLock = (tab: Tab): Promise<void> =>
  tab.evaluate(
    () =>
      new Promise<void>((taken) => {
        void navigator.locks.request('latchkey:latchkey', () => {
          taken();
          return new Promise(() => {});
        });
      }),
  );

describeIn(engines, 'a lock that another page never gives back', (browser) => {
  test.each(['fetch', 'api'] as const)(
    'delays nobody with a good token, and a refresh by its timeout only, with client.%s (M3)',
    async (way) => {
      const { site } = app;
      const [tab] = await app.open(browser(), 1, { options: { lockTimeout: 2_000 } });
      await logIn(tab);
      await takeLock(await browser().openTab(`${site.pages.url}/blank`));

      const timed = () =>
        tab.evaluate(async (way) => {
          const from = performance.now();
          const { status } = await client[way]('me');
          return { status, waited: performance.now() - from };
        }, way);
      const fresh = await timed();
      expect(fresh.status).toBe(200);
      expect(fresh.waited).toBeLessThan(2_000);

      await site.advance([tab], '20m');
      const expired = await timed();
      expect(expired.status).toBe(200);
      expect(expired.waited).toBeGreaterThanOrEqual(1_990);
      expect(expired.waited).toBeLessThan(10_000);
      expect(site.asked('refresh')).toHaveLength(1);
    },
  );
});

describeIn(['chromium'], 'a tab that is frozen in the middle of a refresh', (browser) => {
  test.each(['arrival', 'commit'] as const)(
    'holds up another for a while only, and takes over its pair when it thaws (M3, held after %s)',
    async (after) => {
      const { site } = app;
      const [a, b] = (await app.open(browser(), 2, { options: { lockTimeout: 1_000 } })) as [Tab, Tab];
      if (a.raw.engine !== 'chromium') throw new Error('This is not Chromium.');
      await logIn(a);
      await site.advance([a, b], '20m');
      site.server.faults.next('refresh', { delay: 3_600_000, after });
      const before = await stored(b);
      const frozen = outcome(get(a));
      await held(site, 'refresh');
      await a.raw.cdp.send('Page.setWebLifecycleState', { state: 'frozen' });

      expect(await get(b)).toBe(200);
      const pairOfB = (await stored(b))['latchkey'];
      expect(pairOfB).not.toBe(before['latchkey']);

      site.server.faults.clear();
      await a.raw.cdp.send('Page.setWebLifecycleState', { state: 'active' });
      expect(await frozen).toBe(200);
      expect(await get(a)).toBe(200);
      expect((await stored(a))['latchkey']).toBe(pairOfB);
      for (const tab of [a, b]) expect(await heard(tab)).not.toContain('signed-out');
      expect(await site.server.sessions.list()).toMatchObject([{ status: 'live', generation: 2 }]);
    },
  );
});
