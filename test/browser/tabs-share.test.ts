import { afterAll, beforeAll, expect, test } from 'vitest';
import { together } from '../support/barrier.ts';
import { describeIn, engines, openTabs, type Tab } from '../support/browsers.ts';
import { type PageServer, servePages } from '../support/page-server.ts';

let pages: PageServer;
beforeAll(async () => {
  pages = await servePages();
});
afterAll(() => pages.close());

describeIn(engines, 'two tabs of one profile', (browser) => {
  let a: Tab;
  let b: Tab;
  beforeAll(async () => {
    [a, b] = (await openTabs(browser(), 2, `${pages.url}/blank`)) as [Tab, Tab];
  });

  test('share localStorage and hear of a change', async () => {
    await b.evaluate(() => {
      // WebKit tells only documents that have used localStorage before.
      localStorage.getItem('greeting');
      Object.assign(window, { heard: new Promise((done) => addEventListener('storage', (e) => done(e.newValue))) });
    });
    await a.evaluate(() => localStorage.setItem('greeting', 'hello'));
    expect(await b.evaluate(() => (window as unknown as { heard: Promise<string> }).heard)).toBe('hello');
    expect(await b.evaluate(() => localStorage.getItem('greeting'))).toBe('hello');
  });

  test('exclude each other with one Web Lock', async () => {
    await a.evaluate(async () => {
      await new Promise<void>((held) => {
        void navigator.locks.request('one', () => {
          held();
          return new Promise((release) => Object.assign(window, { release }));
        });
      });
    });
    const isFree = () =>
      b.evaluate(() => navigator.locks.request('one', { ifAvailable: true }, (lock) => lock !== null));
    expect(await isFree()).toBe(false);
    const granted = b.evaluate(() => navigator.locks.request('one', () => 'granted'));
    await a.evaluate(() => (window as unknown as { release(): void }).release());
    expect(await granted).toBe('granted');
  });

  test('hear each other on one BroadcastChannel', async () => {
    await b.evaluate(() => {
      const channel = new BroadcastChannel('news');
      Object.assign(window, { news: new Promise((done) => channel.addEventListener('message', (e) => done(e.data))) });
    });
    await a.evaluate(() => new BroadcastChannel('news').postMessage({ type: 'hi' }));
    expect(await b.evaluate(() => (window as unknown as { news: Promise<unknown> }).news)).toEqual({ type: 'hi' });
  });

  test('are both visible and not throttled', async () => {
    for (const tab of [a, b]) {
      expect(await tab.evaluate(() => document.visibilityState)).toBe('visible');
      const waited = await tab.evaluate(async () => {
        const from = performance.now();
        for (let n = 0; n < 5; n++) await new Promise((next) => setTimeout(next, 20));
        return performance.now() - from;
      });
      expect(waited).toBeLessThan(1_000);
    }
  });

  test('throw into the test what is thrown in the page, with its name and code', async () => {
    await expect(
      a.evaluate(() => {
        throw Object.assign(new TypeError('no'), { code: 'E_NO' });
      }),
    ).rejects.toMatchObject({ name: 'TypeError', message: 'no', code: 'E_NO' });
  });

  test('can be left from within the page', async () => {
    await a.leave((url) => {
      localStorage.setItem('left', 'yes');
      location.href = url;
    }, `${pages.url}/blank?next`);
    expect(await a.evaluate(() => [location.search, localStorage.getItem('left')])).toEqual(['?next', 'yes']);
  });

  test('go back', async () => {
    await b.goto(`${pages.url}/blank?later`);
    await b.back();
    expect(await b.evaluate(() => location.search)).toBe('');
  });
});

describeIn(engines, 'a barrier', (browser) => {
  test('releases 4 tabs in the same moment, none before the last has arrived', async () => {
    const tabs = await openTabs(browser(), 4, `${pages.url}/blank`);
    const from = Date.now();
    const at = (await together(tabs, () => Date.now())).map((result) =>
      result.status === 'fulfilled' ? result.value : 0,
    );
    expect(Math.min(...at)).toBeGreaterThanOrEqual(from);
    expect(Math.max(...at) - Math.min(...at)).toBeLessThan(500);
  });
});

describeIn(['chromium'], 'a tab that only this engine can make', (browser) => {
  test('is frozen and thawed', async () => {
    const tab = await browser().openTab(`${pages.url}/blank`);
    if (tab.raw.engine !== 'chromium') throw new Error('not Chromium');
    await tab.evaluate(() => {
      Object.assign(window, { ticks: 0 });
      setInterval(() => {
        (window as unknown as { ticks: number }).ticks++;
      }, 10);
      document.addEventListener('freeze', () => localStorage.setItem('frozen', 'yes'));
    });
    await tab.raw.cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
    await tab.raw.cdp.send('Page.setWebLifecycleState', { state: 'active' });
    expect(await tab.evaluate(() => localStorage.getItem('frozen'))).toBe('yes');
  });

  test('comes back from the back/forward cache with its JavaScript alive', async () => {
    const tab = await browser().openTab(`${pages.url}/blank`);
    await tab.evaluate(() => {
      Object.assign(window, { alive: true });
    });
    await tab.goto(`${pages.url}/?elsewhere`);
    await tab.back();
    expect(await tab.evaluate(() => 'alive' in window)).toBe(true);
  });
});
