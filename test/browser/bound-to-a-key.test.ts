import { readdirSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { type AppWindow, eventually, get, logIn, stored, useApp } from '../support/app.ts';
import { type Browser, describeIn, engines, launchBrowser, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const startClient: AppWindow['startClient'];
declare const ahead: AppWindow['ahead'];

/** A browser with another profile: nothing in it is the owner's. */
let elsewhere: Promise<Browser> | undefined;
afterAll(async () => (await elsewhere)?.close());

const dist = new URL('../../packages/client/dist/', import.meta.url);
/** The entry, and the files that entries share. */
const modules = readdirSync(dist).filter((name) => /^(dpop|shared-[\w-]+)\.js$/.test(name));

/** Opens the application with a client that binds its session to a key of this browser. */
async function openBound(browser: Browser): Promise<Tab> {
  const { site } = app;
  for (const name of modules) site.pages.serve(`/${name}`, new URL(name, dist));
  const [tab] = await app.open(browser);
  await startBound(tab);
  return tab;
}

const startBound = (tab: Tab): Promise<void> =>
  tab.evaluate(async (baseUrl) => {
    const script = document.createElement('script');
    script.type = 'module';
    script.textContent = `import { dpopFetch } from '/dpop.js'; dispatchEvent(new CustomEvent('loaded', { detail: dpopFetch }));`;
    const dpopFetch = await new Promise<typeof import('@latchkey/client/dpop').dpopFetch>((resolve) => {
      addEventListener('loaded', (event) => resolve((event as CustomEvent).detail), { once: true });
      document.head.append(script);
    });
    startClient({ fetch: dpopFetch({ baseUrl, now: () => Date.now() + ahead }) });
  }, app.site.api);

/** Asks the API as somebody would who has copied the tokens: by hand, in every way there is. */
const useCopied = async (api: string, record: string): Promise<number[]> => {
  const { accessToken, refreshToken } = JSON.parse(record) as { accessToken: string; refreshToken: string };
  const me = (authorization: string) => fetch(`${api}me`, { headers: { authorization } });
  const form = { grant_type: 'refresh_token', client_id: 'spa', refresh_token: refreshToken };
  const answers = [
    await me(`Bearer ${accessToken}`),
    await me(`DPoP ${accessToken}`),
    await fetch(`${api}auth/refresh`, { method: 'POST', body: new URLSearchParams(form) }),
  ];
  return answers.map(({ status }) => status);
};

const endIt = async (api: string, record: string): Promise<number> => {
  const { accessToken, refreshToken } = JSON.parse(record) as { accessToken: string; refreshToken: string };
  const body = new URLSearchParams({ access_token: accessToken, refresh_token: refreshToken });
  return (await fetch(`${api}auth/logout`, { method: 'POST', body })).status;
};

describeIn(engines, 'a session that is bound to a key', (browser) => {
  test('survives a reload and serves all tabs; copied into another browser it can only be ended, and its owner sees why (TST-23)', async () => {
    const { site } = app;
    const tab = await openBound(browser());
    await logIn(tab);
    expect(await get(tab)).toBe(200);
    await tab.reload();
    await startBound(tab);
    const second = await openBound(browser());
    await site.advance([tab, second], '20m');
    expect(await Promise.all([get(tab), get(second)])).toEqual([200, 200]);
    expect(site.asked('refresh').filter(({ status }) => status === 200)).toHaveLength(1);

    const { latchkey: record = '' } = await stored(tab);
    elsewhere ??= launchBrowser('chromium');
    const thief = await (await elsewhere).openTab(`${site.pages.url}/blank`);
    await thief.evaluate((record) => localStorage.setItem('latchkey', record), record);
    expect(await thief.evaluate(useCopied, site.api, record)).toEqual([401, 401, 400]);
    expect(await get(tab)).toBe(200);
    expect(await thief.evaluate(endIt, site.api, record)).toBe(200);
    await thief.close();

    expect(await get(tab).catch((error: Error) => error.name)).toBe('RefreshRejectedError');
    expect(await tab.evaluate(() => client.session)).toMatchObject({ status: 'signed-out', reason: 'revoked' });
    await eventually(() => second.evaluate(() => client.session.status)).toBe('signed-out');
    expect(site.server.securityEvents.map(({ type }) => type)).toContain('key_not_proven');
  });
});
