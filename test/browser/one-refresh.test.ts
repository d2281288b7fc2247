import { afterAll, beforeEach, expect, test } from 'vitest';
import { together } from '../support/barrier.ts';
import { describeIn, engines, openTabs } from '../support/browsers.ts';
import { type AppWindow, openSite, type Site } from '../support/site.ts';

/** M1: tabs that meet an expired token in the same moment spend the one-time refresh token once. */

let site: Site;
let sites: Site[] = [];
beforeEach(async () => {
  // Strict: a second presentation of the same refresh token would end the session.
  site = await openSite({ policy: { replayWindow: 0 } });
  sites.push(site);
});
afterAll(async () => {
  for (const each of sites) await each.close();
  sites = [];
});

// Run in the page, where `client` is.
declare const client: AppWindow['client'];
declare const startClient: AppWindow['startClient'];
declare const events: AppWindow['events'];

describeIn(engines, 'tabs that use an expired token at once', (browser) => {
  test.each([
    { count: 2, rounds: 5 },
    { count: 8, rounds: 2 },
  ])('M1: $count tabs refresh once and all get their answer, $rounds times over', async ({ count, rounds }) => {
    const tabs = await openTabs(browser(), count, site.app);
    for (const tab of tabs) await tab.evaluate(() => startClient());
    await tabs[0]?.evaluate(async () => void (await client.login({ username: 'ada', password: 'lovelace' })));
    for (let round = 1; round <= rounds; round++) {
      await site.advance(tabs, '20m');
      site.server.faults.next('refresh', { delay: 300 });
      const answers = await together(tabs, async () => (await client.fetch('me')).status);
      expect(answers).toEqual(tabs.map(() => ({ status: 'fulfilled', value: 200 })));
      expect(site.server.requests.filter(({ endpoint }) => endpoint === 'refresh')).toHaveLength(round);
    }
    for (const tab of tabs) {
      expect(await tab.evaluate(() => events.map(({ type }) => type))).not.toContain('signed-out');
      await tab.close();
    }
    expect((await site.server.sessions.list()).map(({ status }) => status)).toEqual(['live']);
  });
});
