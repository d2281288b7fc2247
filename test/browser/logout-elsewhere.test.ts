import { expect, test } from 'vitest';
import { type AppWindow, eventsOf, eventually, get, heard, inStep, logIn, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];

const deafTo = {
  nothing: () => {},
  'the storage event': () => addEventListener('storage', (event) => event.stopImmediatePropagation(), true),
  'the channel': () => Object.assign(window, { BroadcastChannel: undefined }),
};
const deafToBoth = () => {
  addEventListener('storage', (event) => event.stopImmediatePropagation(), true);
  Object.assign(window, { BroadcastChannel: undefined });
};

/** The access tokens that requests at this endpoint carried, as the server calls them; `null` for none. */
const carried = (endpoint: string) =>
  app.site.asked(endpoint).map(({ accessToken }) => accessToken?.fingerprint ?? null);

describeIn(engines, 'a logout in another tab', (browser) => {
  test.each(Object.entries(deafTo))('signs a tab out within a second that is deaf to %s (M4)', async (_, before) => {
    const [a] = await app.open(browser());
    const [b] = await app.open(browser(), 1, { url: app.site.appWith({ before }) });
    await logIn(a);
    await inStep(a, b);
    expect(await get(b)).toBe(200);
    expect(await heard(b)).toEqual(['signed-in']);

    const from = await a.evaluate(() => {
      void client.logout();
      return Date.now();
    });
    await eventually(() => heard(b)).toEqual(['signed-in', 'signed-out']);
    const told = (await eventsOf(b))[1];
    expect(told).toMatchObject({ reason: 'other-tab', status: 'signed-out', origin: 'other-tab' });
    expect((told?.at ?? 0) - from).toBeLessThan(1_000);
    expect(await get(b)).toBe(401);
    expect(carried('me').at(-1)).toBeNull();
  });

  test('is found out by the next request of a tab that heard nothing (M4)', async () => {
    const [a] = await app.open(browser());
    const [b] = await app.open(browser(), 1, { url: app.site.appWith({ before: deafToBoth }) });
    await logIn(a);
    await inStep(a, b);
    expect(await get(b)).toBe(200);
    await a.evaluate(async () => void (await client.logout()));
    await inStep(a, b);
    expect(await get(b)).toBe(401);
    expect(carried('me').at(-1)).toBeNull();
    expect(await heard(b)).toEqual(['signed-in', 'signed-out']);
  });

  test('and a login there: a tab that heard of neither uses the new session only (M4)', async () => {
    const [a] = await app.open(browser());
    const [b] = await app.open(browser(), 1, { url: app.site.appWith({ before: deafToBoth }) });
    const first = await logIn(a);
    await inStep(a, b);
    expect(await get(b)).toBe(200);
    await a.evaluate(async () => void (await client.logout()));
    const second = await logIn(a);
    expect(second).not.toBe(first);
    await inStep(a, b);
    expect(await get(b)).toBe(200);
    const [old, now] = carried('me');
    expect(now).not.toBe(old);
    expect(await b.evaluate(() => client.session)).toMatchObject({ status: 'signed-in', sessionId: second });
  });
});

describeIn(['chromium'], 'a frozen tab', (browser) => {
  test('sleeps through a logout and a login, and uses the new session only (M4)', async () => {
    const [a, b] = (await app.open(browser(), 2)) as [Tab, Tab];
    if (b.raw.engine !== 'chromium') throw new Error('This is not Chromium.');
    await logIn(a);
    await inStep(a, b);
    expect(await get(b)).toBe(200);
    const [old] = carried('me');
    await b.raw.cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
    await a.evaluate(async () => void (await client.logout()));
    const second = await logIn(a);
    await b.raw.cdp.send('Page.setWebLifecycleState', { state: 'active' });

    expect(await get(b)).toBe(200);
    await eventually(() => eventsOf(b)).toContainEqual(
      expect.objectContaining({ type: 'signed-in', sessionId: second, origin: 'other-tab' }),
    );
    expect(carried('me').slice(1)).not.toContain(old);
    expect(site401()).toEqual([]);
  });
});

/** Requests that carried a token which the server did not take. */
const site401 = () =>
  app.site.server.requests.filter(({ status, accessToken }) => status === 401 && accessToken !== null);
