import { expect, test } from 'vitest';
import { type AppWindow, get, logIn, start, stored, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const faults: AppWindow['faults'];

const values = [
  '',
  'undefined',
  'null',
  '{',
  '[]',
  '42',
  '{"accessToken":"x"}',
  '{"v":0,"access_token":"x","refresh_token":"y","expires_at":1}',
  'x'.repeat(1_000_000),
];

describeIn(engines, 'a page that starts on a stored value it cannot read', (browser) => {
  test('is signed out, has no error, and can log in: for each of nine values under each key (S3)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    for (const value of values) {
      await tab.evaluate((value) => {
        localStorage.clear();
        for (const key of ['latchkey', 'latchkey:outbox', 'latchkey:refresh']) localStorage.setItem(key, value);
      }, value);
      await tab.reload();
      await start(tab);
      const name = value.slice(0, 30);
      expect(await tab.evaluate(() => client.session), name).toEqual({ status: 'signed-out', reason: null });
      expect(await get(tab), name).toBe(401);
      const sid = await logIn(tab);
      expect(JSON.parse((await stored(tab))['latchkey'] ?? ''), name).toMatchObject({ sid });
      expect(await get(tab), name).toBe(200);
      await site.advance([tab], '20m');
      expect(await get(tab), name).toBe(200);
      expect(await tab.evaluate(() => client.logout()), name).toMatchObject({ local: 'cleared', server: 'revoked' });
      expect(await tab.evaluate(() => faults), name).toEqual([]);
    }
  });
});
