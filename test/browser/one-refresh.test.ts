import { expect, test } from 'vitest';
import { type AppWindow, heard, logIn, rounds, useApp } from '../support/app.ts';
import { together } from '../support/barrier.ts';
import { describeIn, engines } from '../support/browsers.ts';

// Strict: a second presentation of the same refresh token would end the session.
const app = useApp({ policy: { replayWindow: 0 } });

// Run in the page.
declare const client: AppWindow['client'];

describeIn(engines, 'tabs that use an expired token at once', (browser) => {
  test.each([
    { count: 2, times: rounds(3) },
    { count: 5, times: rounds(2) },
  ])('$count tabs refresh once and all get their answer, $times times over (M1)', async ({ count, times }) => {
    const { site } = app;
    const tabs = await app.open(browser(), count);
    await logIn(tabs[0]);
    for (let round = 1; round <= times; round++) {
      await site.advance(tabs, '20m');
      site.server.faults.next('refresh', { delay: 200 });
      // By turns through both of the ways an application sends requests.
      const answers = await together(
        tabs,
        async (viaKy) => (await (viaKy ? client.api.get('me') : client.fetch('me'))).status,
        round % 2 === 0,
      );
      expect(answers).toEqual(tabs.map(() => ({ status: 'fulfilled', value: 200 })));
      expect(site.asked('refresh')).toHaveLength(round);
    }
    for (const tab of tabs) expect(await heard(tab)).not.toContain('signed-out');
    expect(await site.server.sessions.list()).toMatchObject([{ status: 'live' }]);
  });
});
