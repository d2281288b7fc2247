import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type AppWindow, eventually, logIn, start, stored, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const listenedTo: string[];

const fingerprint = (token: string) => createHash('sha256').update(token).digest('hex').slice(0, 8);

/** Notes what anybody listens to. */
const noteListeners = () => {
  const listenedTo: string[] = [];
  Object.assign(window, { listenedTo });
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type: string, ...rest: [never, never?]) {
    listenedTo.push(type);
    addEventListener.call(this, type, ...rest);
  };
};

describeIn(engines, 'a page that logs out and leaves without waiting', (browser) => {
  test.each(['expired', 'fresh'] as const)(
    'has told the server of the whole pair, and left nothing behind: with a %s token (L3)',
    async (age) => {
      const { site } = app;
      const [tab] = await app.open(browser());
      await logIn(tab);
      if (age === 'expired') await site.advance([tab], '20m');
      const { accessToken, refreshToken } = JSON.parse((await stored(tab))['latchkey'] ?? '');
      site.server.faults.next('logout', { delay: 500 });
      await tab.leave((url) => {
        // A request that has just been sent, or waits for a refresh, is in nobody's way.
        void client.api.get('me').catch(() => {});
        void client.logout();
        location.href = url;
      }, `${site.pages.url}/blank`);

      const left = await stored(tab);
      expect(left).not.toHaveProperty('latchkey');
      for (const token of [accessToken, refreshToken]) expect(JSON.stringify(left)).not.toContain(token);
      await eventually(() => site.asked('logout')).toMatchObject([
        {
          status: 200,
          accessToken: { fingerprint: fingerprint(accessToken) },
          refreshToken: fingerprint(refreshToken),
        },
      ]);
      expect(await site.server.sessions.list()).toMatchObject([{ status: 'revoked', revokeReason: 'logout' }]);

      // Nobody read the answer: the next page of the application asks once more, and then it is done.
      await tab.goto(site.app);
      await start(tab);
      expect(await tab.evaluate(() => client.session.status)).toBe('signed-out');
      await site.advance([tab], '1m');
      await tab.evaluate(() => void dispatchEvent(new Event('online')));
      await eventually(() => stored(tab)).toEqual({});
    },
  );

  test('needs no listener for that: nothing listens to unload or beforeunload (L3)', async () => {
    const [tab] = await app.open(browser(), 1, { url: app.site.appWith({ before: noteListeners }) });
    await logIn(tab);
    await tab.evaluate(async () => void (await client.logout()));
    const types = await tab.evaluate(() => listenedTo);
    expect(types).toContain('pagehide');
    expect(types).not.toContain('unload');
    expect(types).not.toContain('beforeunload');
  });
});
