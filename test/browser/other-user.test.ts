import { expect, test } from 'vitest';
import {
  type AppWindow,
  eventsOf,
  eventually,
  get,
  heard,
  held,
  inStep,
  logIn,
  outcome,
  stored,
  useApp,
} from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const order: string[];

const deaf = () => {
  addEventListener('storage', (event) => event.stopImmediatePropagation(), true);
  Object.assign(window, { BroadcastChannel: undefined });
};

const remove = (tab: Tab, way: 'fetch' | 'api') =>
  tab.evaluate(async (way) => (await client[way]('echo', { method: 'DELETE' })).status, way);

describeIn(engines, 'a login as another user in another tab', (browser) => {
  test('is told, with both users, before any request carries the new one (M10)', async () => {
    const [a] = await app.open(browser());
    const [b] = await app.open(browser(), 1);
    await logIn(a, 'ada');
    await inStep(a, b);
    expect(await get(b)).toBe(200);
    await logIn(a, 'grace');
    await eventually(() => eventsOf(b)).toContainEqual(
      expect.objectContaining({ type: 'user-changed', from: 'ada', to: 'grace', origin: 'other-tab' }),
    );
    expect(await get(b)).toBe(200);
    expect(await heard(b)).toEqual(['signed-in', 'user-changed']);
  });

  test('is told first even in a tab that hears nothing from the others (M10)', async () => {
    const [a] = await app.open(browser());
    const [b] = await app.open(browser(), 1, { url: app.site.appWith({ before: deaf }) });
    await logIn(a, 'ada');
    await inStep(a, b);
    expect(await get(b)).toBe(200);
    await b.evaluate(() => {
      const order: string[] = [];
      const { fetch } = window;
      Object.assign(window, {
        order,
        fetch(...given: Parameters<typeof fetch>) {
          order.push('request');
          return fetch(...given);
        },
      });
      client.subscribe((_, { type }) => order.push(type));
    });
    await logIn(a, 'grace');
    await inStep(a, b);
    expect(await get(b)).toBe(200);
    expect(await b.evaluate(() => order)).toEqual(['user-changed', 'request']);
  });

  test.each(['fetch', 'api'] as const)(
    'lets no refused request run as the new user, with client.%s (X1)',
    async (way) => {
      const { site } = app;
      const [a, b] = (await app.open(browser(), 2)) as [Tab, Tab];
      await logIn(a, 'ada');
      await eventually(() => heard(b)).toEqual(['signed-in']);
      const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };
      site.server.faults.next('echo', { delay: 3_600_000, status: 401, headers: challenge });
      const removal = outcome(remove(b, way));
      await held(site, 'echo');
      await logIn(a, 'grace');
      site.server.faults.clear();
      expect(await removal).toBe('SessionChangedError');
      expect(site.asked('echo')).toHaveLength(1);
      await graceIsUntouched(a);
    },
  );

  test.each(['fetch', 'api'] as const)(
    'lets no request that waited for a refresh run as the new user, with client.%s (X1)',
    async (way) => {
      const { site } = app;
      const [a, b] = (await app.open(browser(), 2)) as [Tab, Tab];
      await logIn(a, 'ada');
      await eventually(() => heard(b)).toEqual(['signed-in']);
      await site.advance([a, b], '20m');
      site.server.faults.next('refresh', { delay: 3_600_000 });
      const removal = outcome(remove(b, way));
      await held(site, 'refresh');
      await logIn(a, 'grace');
      site.server.faults.clear();
      expect(await removal).toBe('SessionChangedError');
      expect(site.asked('echo')).toHaveLength(0);
      await graceIsUntouched(a);
    },
  );

  test('is not undone by the failing refresh of the user before (X1)', async () => {
    const { site } = app;
    const [a, b] = (await app.open(browser(), 2)) as [Tab, Tab];
    await logIn(a, 'ada');
    await eventually(() => heard(b)).toEqual(['signed-in']);
    site.server.faults.next('refresh', { delay: 3_600_000, status: 400, body: { error: 'invalid_grant' } });
    const refresh = outcome(b.evaluate(async () => (await client.refresh()).status));
    await held(site, 'refresh');
    await logIn(a, 'grace');
    const pair = (await stored(a))['latchkey'];
    site.server.faults.clear();
    expect(await refresh).toBe('SessionChangedError');
    expect((await stored(a))['latchkey']).toBe(pair);
    await graceIsUntouched(a);
  });

  /** The new session lives, has not been refreshed, and both tabs use it. */
  const graceIsUntouched = async (tab: Tab) => {
    const { server } = app.site;
    expect(await tab.evaluate(async () => (await (await client.fetch('me')).json()).username)).toBe('grace');
    expect(await server.sessions.list('grace')).toMatchObject([{ status: 'live', generation: 1 }]);
  };
});
