import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type AppWindow, eventually, heard, logIn, outcome, start, useApp } from '../support/app.ts';
import { describeIn, engines, type Tab } from '../support/browsers.ts';
import { serveLive } from '../support/live-server.ts';
import { serveSockets } from '../support/socket-server.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const live: { connect(): Promise<number>; closed: number; told: string[] };
declare const messages: string[];

/** An application that keeps one connection open, with a token that lasts another minute at least. */
const liveApp = (url: string) => {
  const state = { closed: 0, told: [] as string[] };
  const connect = async () => {
    const token = await client.getAccessToken({ minValidity: 60_000 });
    // Firefox lets a second request for the same address wait for the first, unless it is not to be cached.
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, cache: 'no-store' });
    const reader = response.body?.getReader();
    const read = async (): Promise<void> => {
      for (;;) if ((await reader?.read())?.done !== false) return;
    };
    const over = () => {
      state.closed += 1;
    };
    void read().then(over, over);
    return response.status;
  };
  client.subscribe((_, { type }) => state.told.push(type));
  Object.assign(window, { live: Object.assign(state, { connect }) });
};

describeIn(engines, 'an application with a connection that stays open', (browser) => {
  test('connects again with a fresh token, at the price of one refresh shared with its requests (I1, F2)', async () => {
    const { site } = app;
    const server = await serveLive(site);
    onTestFinished(() => server.close());
    const [tab] = await app.open(browser());
    await logIn(tab);
    await tab.evaluate(liveApp, server.url);
    expect(await tab.evaluate(() => live.connect())).toBe(200);

    await site.advance([tab], '30m');
    server.cut();
    await eventually(() => tab.evaluate(() => live.closed)).toBe(1);
    const answers = await tab.evaluate(() =>
      Promise.all([live.connect(), live.connect(), ...[1, 2, 3].map(async () => (await client.fetch('me')).status)]),
    );
    expect(answers).toEqual([200, 200, 200, 200, 200]);
    expect(site.asked('refresh')).toHaveLength(1);
    expect(await tab.evaluate(() => live.told)).toEqual(['token-refreshed']);
    expect(await heard(tab)).toEqual(['signed-in', 'token-refreshed']);

    // Good for half a minute more is not good for a whole one.
    await site.advance([tab], '19m 30s');
    expect(await tab.evaluate(() => live.connect())).toBe(200);
    expect(site.asked('refresh')).toHaveLength(2);

    await tab.evaluate(async () => void (await client.logout()));
    expect(await outcome(tab.evaluate(() => live.connect()))).toBe('NotSignedInError');
    expect(server.statuses).toEqual([200, 200, 200, 200]);
  });
});

/** Opens a WebSocket as the guide does. */
async function openSocket(tab: Tab, url: string): Promise<void> {
  const dist = new URL('../../packages/client/dist/', import.meta.url);
  for (const name of await readdir(dist)) {
    if (name === 'live.js' || name.startsWith('shared-')) app.site.pages.serve(`/${name}`, new URL(name, dist));
  }
  await tab.evaluate(async (url) => {
    const script = document.createElement('script');
    script.type = 'module';
    script.textContent = `import { reconnectingWebSocket } from '/live.js'; dispatchEvent(new CustomEvent('loaded', { detail: reconnectingWebSocket }));`;
    const open = await new Promise<typeof import('@latchkey/client/live').reconnectingWebSocket>((resolve) => {
      addEventListener('loaded', (event) => resolve((event as CustomEvent).detail), { once: true });
      document.head.append(script);
    });
    const messages: string[] = [];
    Object.assign(window, { messages });
    const connect = () =>
      open(client, url, {
        authenticate: (socket, accessToken) => socket.send(accessToken),
        onMessage: ({ data }) => messages.push(data),
      });
    let live = connect();
    addEventListener('pagehide', () => live.close());
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) live = connect();
    });
  }, url);
}

describeIn(engines, 'Back to a page with a WebSocket', (browser, engine) => {
  test('that closes it when it is left, and opens another one when it comes back alive, has a connection that works', async () => {
    const { site } = app;
    const server = await serveSockets(site);
    onTestFinished(() => server.close());
    const options = { apis: [site.api, server.url.replace('ws', 'http')] };
    const [tab] = await app.open(browser(), 1, { options });
    await logIn(tab);
    await openSocket(tab, server.url);
    await eventually(() => tab.evaluate(() => messages)).toEqual(['hello 1']);

    await tab.goto(`${site.pages.url}/blank`);
    await eventually(() => server.connected).toBe(0);
    await tab.back();
    await eventually(() => tab.evaluate(() => 'startClient' in window)).toBe(true);
    const isKept = await tab.evaluate(() => 'client' in window);
    // Firefox loads a page anew that had a WebSocket.
    expect(isKept).toBe(engine !== 'firefox');
    if (!isKept) {
      await start(tab, options);
      await openSocket(tab, server.url);
    }
    await eventually(() => tab.evaluate(() => messages.at(-1))).toBe('hello 2');
    expect(server.connected).toBe(1);
  });
});
