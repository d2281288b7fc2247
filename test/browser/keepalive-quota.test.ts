// Kind: the browser refuses to send the logout because it was to outlive the page, and that is taken for the server's refusal.
import { expect, test } from 'vitest';
import { type AppWindow, eventually, logIn, stored, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const startClient: AppWindow['startClient'];
declare const Latchkey: AppWindow['Latchkey'];

/**
 * As analytics does when a page is left, to a server that takes its time: 64 KiB is all that a page may have under way. Four
 * requests, because a browser has six connections to a server and the logout needs one.
 */
const fillQuota = (url: string): Promise<boolean[]> =>
  Promise.all(
    Array.from({ length: 4 }, () => {
      const answer = fetch(url, { method: 'POST', mode: 'no-cors', keepalive: true, body: 'x'.repeat(16_300) });
      return Promise.race([
        answer.then(
          () => true,
          () => false,
        ),
        new Promise<boolean>((resolve) => setTimeout(resolve, 300, true)),
      ]);
    }),
  );

describeIn(engines, 'a page that has 64 KiB of keepalive requests under way', (browser) => {
  test.each(['pair', 'bearer'] as const)(
    'tells the server of a logout without a ticket all the same: %s (OC6)',
    async (logout) => {
      const { site } = app;
      const [tab] = await app.open(browser());
      await tab.evaluate((logout) => {
        client.dispose();
        const refresh = { as: 'form', extra: { grant_type: 'refresh_token', client_id: 'spa' } } as const;
        startClient({ protocol: Latchkey.jsonProtocol({ logout, refresh }) });
      }, logout);
      await logIn(tab);
      site.server.faults.next('echo', { never: true }, 20);
      await tab.evaluate(fillQuota, `${site.api}echo`);
      const asked = site.asked('logout').length;
      const { server } = await tab.evaluate(() => client.logout());
      // This server knows no logout by bearer, and says so; what counts is that it was asked.
      expect(server).toBe(logout === 'pair' ? 'revoked' : 'rejected');
      expect(site.asked('logout').length).toBeGreaterThan(asked);
      expect(await stored(tab)).toEqual({});
    },
  );

  test('delivers a logout with a ticket a little later (OC6)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    await logIn(tab);
    site.server.faults.next('echo', { never: true }, 20);
    await tab.evaluate(fillQuota, `${site.api}echo`);
    const { server } = await tab.evaluate(() => client.logout());
    expect(['revoked', 'pending']).toContain(server);
    await site.advance([tab], '1m');
    await tab.evaluate(() => void dispatchEvent(new Event('online')));
    await eventually(() => stored(tab)).toEqual({});
    expect(await site.server.sessions.list()).toMatchObject([{ status: 'revoked', revokeReason: 'logout' }]);
  });
});
