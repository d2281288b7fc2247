import { expect, test } from 'vitest';
import { type AppWindow, logIn, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const startClient: AppWindow['startClient'];

/** All in one turn, as an application does when its page is loaded. */
const boot = async () => {
  startClient();
  const session = client.session;
  const calls = [client.fetch('me'), client.fetch('me'), client.api.get('me')];
  return { session, statuses: (await Promise.all(calls)).map(({ status }) => status) };
};

describeIn(engines, 'a page that starts with a session in storage', (browser) => {
  test.each([
    ['is known', '0m', 0],
    ['whose access token has expired is known', '20m', 1],
  ])('%s in the first line, and no request of that turn goes out without a token (I7)', async (_, age, refreshes) => {
    const { site } = app;
    const [tab] = await app.open(browser());
    const sid = await logIn(tab);
    await site.advance([tab], age as '0m');
    await tab.reload();
    const { session, statuses } = await tab.evaluate(boot);
    expect(session).toMatchObject({ status: 'signed-in', sessionId: sid, claims: { sub: 'ada' } });
    expect(statuses).toEqual([200, 200, 200]);
    expect(site.asked('me').map(({ status, accessToken }) => [status, accessToken?.expired])).toEqual([
      [200, false],
      [200, false],
      [200, false],
    ]);
    expect(site.asked('refresh')).toHaveLength(refreshes as number);
  });
});
