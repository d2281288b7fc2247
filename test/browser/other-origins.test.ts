import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AppWindow, heard, logIn, useApp } from '../support/app.ts';
import { describeIn, type Engine, engines } from '../support/browsers.ts';
import { type Elsewhere, serveElsewhere } from '../support/elsewhere.ts';

const app = useApp();
let elsewhere: Elsewhere;
beforeEach(async () => {
  elsewhere = await serveElsewhere(401);
});
afterEach(() => elsewhere.close());

// Run in the page.
declare const client: AppWindow['client'];

const fetchStatus = (url: string) => client.fetch(url).then(({ status }) => status);
const kyStatus = (url: string) => client.api(url, { throwHttpErrors: false }).then(({ status }) => status);

describeIn(engines, 'the access token', (browser, engine) => {
  test('is not given to another origin, and its 401 refreshes nothing (X2)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    await logIn(tab);
    expect(await tab.evaluate(fetchStatus, elsewhere.url)).toBe(401);
    expect(await tab.evaluate(kyStatus, elsewhere.url)).toBe(401);
    expect(elsewhere.got.map(({ authorization }) => authorization)).toEqual([null, null]);
    // The API itself under another name is another origin, too.
    const alias = `${site.api.replace('127.0.0.1', 'localhost')}me`;
    expect(await tab.evaluate(fetchStatus, alias)).toBe(401);
    expect(await tab.evaluate(kyStatus, alias)).toBe(401);
    expect(site.asked('me').map(({ accessToken }) => accessToken)).toEqual([null, null]);
    expect(site.asked('refresh')).toEqual([]);
    expect(await heard(tab)).toEqual(['signed-in']);
  });

  test('is given to the listed part of an origin only (X2, F6)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser(), 1, { options: { apis: [`${site.api}echo/`] } });
    await logIn(tab);
    expect(await tab.evaluate(fetchStatus, `${site.api}me`)).toBe(401);
    expect(await tab.evaluate(fetchStatus, `${site.api}echo`)).toBe(200);
    expect(site.asked('refresh')).toEqual([]);
  });

  test.each([
    ['client.fetch', fetchStatus],
    ['client.api', kyStatus],
  ] as const)(
    'does not follow a redirect to another origin, whose 401 refreshes nothing, with %s (X2)',
    async (_, ask) => {
      const { site } = app;
      const [tab] = await app.open(browser());
      await logIn(tab);
      for (const status of [302, 307, 308]) {
        site.server.faults.next('me', { status, headers: { location: `${elsewhere.url}${status}` } });
        expect(await tab.evaluate(ask, `${site.api}me`), String(status)).toBe(401);
      }
      expect(elsewhere.got.map(({ path, authorization }) => [path, authorization !== null])).toEqual([
        ['/302', travels[engine]],
        ['/307', travels[engine]],
        ['/308', travels[engine]],
      ]);
      expect(site.asked('me').map(({ status, accessToken }) => [status, accessToken !== null])).toEqual([
        [302, true],
        [307, true],
        [308, true],
      ]);
      expect(site.asked('refresh')).toEqual([]);
      expect(await heard(tab)).toEqual(['signed-in']);
    },
  );
});

/** Whether the engine itself sends `Authorization` on to another origin (Fetch has told it not to since 2022). */
const travels: Record<Engine, boolean> = { chromium: false, firefox: false, webkit: false };
