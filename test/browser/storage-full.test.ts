import { expect, test } from 'vitest';
import { type AppWindow, eventually, get, heard, logIn, start, stored, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];

/** Fills what is left, to the last character. */
const fill = (tab: Tab): Promise<number> =>
  tab.evaluate(() => {
    let written = 0;
    for (let size = 2 ** 20, n = 0; size >= 1; n++) {
      try {
        localStorage.setItem(`filler ${n}`, 'x'.repeat(size));
        written += size;
      } catch {
        size = Math.floor(size / 2);
      }
    }
    return written;
  });

describeIn(engines, 'a storage that is full', (browser) => {
  test('to the brim still takes the new pair in place of the old one (S2)', async () => {
    const { site } = app;
    const [a, b] = (await app.open(browser(), 2)) as [Tab, Tab];
    await logIn(a);
    await eventually(() => heard(b)).toEqual(['signed-in']);
    expect(await fill(a)).toBeGreaterThan(1_000_000);
    const before = (await stored(a))['latchkey'];

    await site.advance([a, b], '20m');
    expect(await get(a)).toBe(200);
    expect((await stored(a))['latchkey']).not.toBe(before);
    expect(await get(b)).toBe(200);
    await a.reload();
    await start(a);
    expect(await get(a)).toBe(200);
    expect(site.asked('refresh')).toHaveLength(1);
    for (const tab of [a, b]) expect(await heard(tab)).not.toContain('signed-out');
    expect(await a.evaluate(() => client.logout())).toMatchObject({ server: 'revoked' });
    await a.evaluate(() => localStorage.clear());
  });

  test('and takes nothing at all leaves the pair in memory, says so once, and is healed by the next write (S2)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    await logIn(tab);
    await tab.evaluate(() => {
      const { setItem } = Storage.prototype;
      Object.assign(window, { setItem });
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    for (let time = 1; time <= 2; time++) {
      await site.advance([tab], '20m');
      expect(await get(tab)).toBe(200);
      expect(site.asked('refresh')).toHaveLength(time);
    }
    expect(await tab.evaluate(() => client.persistence)).toBe('memory');
    expect((await heard(tab)).filter((type) => type === 'persistence-failed')).toHaveLength(1);
    // Never a spent pair for the next page.
    expect(await stored(tab)).toEqual({});

    await tab.evaluate(() => void Object.assign(Storage.prototype, { setItem: (window as never)['setItem'] }));
    await site.advance([tab], '20m');
    expect(await get(tab)).toBe(200);
    expect(await tab.evaluate(() => client.persistence)).toBe('local');
    await tab.reload();
    await start(tab);
    expect(await get(tab)).toBe(200);
    expect(site.asked('refresh').map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
