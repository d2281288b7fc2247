import { expect, test } from 'vitest';
import { type AppWindow, get, heard, logIn, start, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const Latchkey: AppWindow['Latchkey'] | undefined;

const setItemThrows = () => {
  Storage.prototype.setItem = () => {
    throw new DOMException('no', 'QuotaExceededError');
  };
};

const variants = {
  // A page without an origin of its own: the browser itself throws.
  'that the browser refuses to a sandboxed page': { headers: { 'content-security-policy': 'sandbox allow-scripts' } },
  'that throws when it is touched': {
    before: () =>
      void Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('no', 'SecurityError');
        },
      }),
  },
  'that is null': { before: () => void Object.defineProperty(window, 'localStorage', { value: null }) },
  'that is not there': { before: () => void Object.defineProperty(window, 'localStorage', { value: undefined }) },
  'whose setItem throws': { before: setItemThrows },
};

describeIn(engines, 'a localStorage', (browser) => {
  test.each(Object.entries(variants))(
    '%s leaves a session in memory that works and refreshes (S1)',
    async (_, variant) => {
      const { site } = app;
      const [tab] = await app.open(browser(), 1, { url: site.appWith(variant) });
      expect(await tab.evaluate(() => typeof Latchkey)).toBe('object');
      expect(await tab.evaluate(() => client.session)).toEqual({ status: 'signed-out', reason: null });
      await logIn(tab);
      expect(await tab.evaluate(() => client.persistence)).toBe('memory');
      expect(await get(tab)).toBe(200);
      await site.advance([tab], '20m');
      expect(await get(tab)).toBe(200);
      expect(site.asked('refresh')).toHaveLength(1);
      expect(await heard(tab)).toContain('token-refreshed');
      expect(await tab.evaluate(() => client.logout())).toEqual({ local: 'cleared', server: 'revoked' });
    },
  );
});

describeIn(engines, 'a session', (browser) => {
  test('that was wiped while no tab was open is plainly not there (S4)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    await logIn(tab);
    await tab.goto(`${site.pages.url}/blank`);
    await tab.evaluate(() => localStorage.clear());
    await tab.goto(site.app);
    await start(tab);
    expect(await tab.evaluate(() => client.session)).toEqual({ status: 'signed-out', reason: null });
    expect(await heard(tab)).toEqual([]);
    expect(await get(tab)).toBe(401);
    expect(site.asked('refresh')).toEqual([]);
  });

  test('that is wiped under an open tab ends there, and nothing writes it again (S4)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    await logIn(tab);
    await site.advance([tab], '20m');
    await tab.evaluate(() => localStorage.clear());
    expect(await get(tab)).toBe(401);
    expect(await heard(tab)).toEqual(['signed-in', 'signed-out']);
    expect(await tab.evaluate(() => client.session)).toEqual({ status: 'signed-out', reason: 'storage-cleared' });
    expect(site.asked('refresh')).toEqual([]);
    expect(await tab.evaluate(() => localStorage.length)).toBe(0);
  });
});
