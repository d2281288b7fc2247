import { expect, test } from 'vitest';
import { type AppWindow, eventsOf, eventually, get, heard, held, logIn, stored, useApp } from '../support/app.ts';
import { together } from '../support/barrier.ts';
import { describeIn, engines } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];

const withoutLocks = () => void Object.defineProperty(navigator, 'locks', { value: undefined });

describeIn(engines, 'two tabs without Web Locks that refresh at once', (browser) => {
  test.each(['fetch', 'api'] as const)(
    'the one that is refused takes over the pair that the other has stored, with client.%s (M2)',
    async (way) => {
      const { site } = app;
      const tabs = await app.open(browser(), 2, { url: site.appWith({ before: withoutLocks }) });
      await logIn(tabs[0]);
      await site.advance(tabs, '20m');
      site.server.faults.next('refresh', { delay: 60_000 });
      site.server.faults.next('refresh', { delay: 120_000, status: 401, body: { error: 'invalid_grant' } });
      const before = await stored(tabs[0]);
      const answers = together(tabs, async (way) => (await client[way]('me')).status, way);

      await held(site, 'refresh', 2);
      site.server.clock.advance('60s');
      await eventually(async () => (await stored(tabs[0]))['latchkey']).not.toBe(before['latchkey']);
      const winners = (await stored(tabs[0]))['latchkey'];
      site.server.clock.advance('60s');

      expect(await answers).toEqual(tabs.map(() => ({ status: 'fulfilled', value: 200 })));
      expect(site.asked('refresh')).toHaveLength(2);
      expect((await stored(tabs[0]))['latchkey']).toBe(winners);
      for (const tab of tabs) expect(await heard(tab)).not.toContain('signed-out');
    },
  );

  test('a refusal of the pair that is still stored ends the session, once in each tab (M2)', async () => {
    const { site } = app;
    const tabs = await app.open(browser(), 2, { url: site.appWith({ before: withoutLocks }) });
    const [a, b] = tabs as [(typeof tabs)[0], (typeof tabs)[0]];
    await logIn(a);
    await eventually(() => heard(b)).toEqual(['signed-in']);
    await site.advance(tabs, '20m');
    site.server.faults.next('refresh', { status: 401, body: { error: 'invalid_grant' } });
    await expect(get(a)).rejects.toMatchObject({ name: 'RefreshRejectedError' });
    for (const tab of tabs) {
      await eventually(() => heard(tab)).toContain('signed-out');
      const ends = (await eventsOf(tab)).filter(({ type }) => type === 'signed-out');
      expect(ends).toMatchObject([{ reason: 'refresh-rejected' }]);
    }
    expect(await stored(a)).toEqual({});
  });
});
