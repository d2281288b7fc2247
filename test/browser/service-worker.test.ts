import { expect, test } from 'vitest';
import { type AppWindow, eventually, get, heard, logIn, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const Latchkey: AppWindow['Latchkey'];

/** Cache first for what is read, the cached answer and a new one behind it for the rest: as greedy as they come. */
const greedyWorker = () => {
  const worker = self as unknown as ServiceWorkerGlobalScope;
  const seen: { path: string; method: string; cache: string; fromCache: boolean }[] = [];
  worker.addEventListener('install', () => void worker.skipWaiting());
  worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
  worker.addEventListener('message', ({ ports }) => ports[0]?.postMessage(seen));
  worker.addEventListener('fetch', (event) => {
    const { request } = event;
    const { method, cache } = request;
    const path = new URL(request.url).pathname;
    const answer = async () => {
      const store = await caches.open('greedy');
      const cached = await store.match(request);
      seen.push({ path, method, cache, fromCache: cached !== undefined });
      const keep = async () => {
        const key = request.clone();
        const response = await fetch(request);
        // Refuses what is no GET, as the cache of a browser does.
        await store.put(key, response.clone()).catch(() => {});
        return response;
      };
      if (!cached) return keep();
      if (method !== 'GET') event.waitUntil(keep());
      return cached;
    };
    event.respondWith(answer());
  });
};

interface ServiceWorkerGlobalScope {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listener: (event: { waitUntil(work: unknown): void }) => void): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  addEventListener(
    type: 'fetch',
    listener: (event: { request: Request; respondWith(answer: unknown): void; waitUntil(work: unknown): void }) => void,
  ): void;
}

/** What the service worker saw on its way. */
const seenByWorker = () =>
  new Promise<{ path: string; method: string; cache: string; fromCache: boolean }[]>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    navigator.serviceWorker.controller?.postMessage(null, [port2]);
  });

describeIn(engines, 'behind a service worker that caches all it can', (browser, engine) => {
  test('login, refresh and logout reach the server every time (I4)', async () => {
    const { site } = app;
    site.pages.serve('/worker.js', { body: `(${greedyWorker})();`, type: 'text/javascript' });
    const [tab] = await app.open(browser());
    await tab.evaluate(async () => {
      const controlled = new Promise((done) =>
        navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }),
      );
      await navigator.serviceWorker.register('/worker.js');
      await controlled;
    });
    for (let time = 1; time <= 2; time++) {
      await logIn(tab);
      expect(await get(tab)).toBe(200);
      await tab.evaluate(async () => void (await client.refresh({ force: true })));
      await site.advance([tab], '20m');
      // From the cache, as it was told: but the token was refreshed first.
      expect(await get(tab)).toBe(200);
      expect(await tab.evaluate(() => client.logout())).toEqual({ local: 'cleared', server: 'revoked' });
      for (const endpoint of ['login', 'logout']) expect(site.asked(endpoint)).toHaveLength(time);
      expect(site.asked('refresh').map(({ status }) => status)).toEqual(Array(2 * time).fill(200));
    }
    const seen = await tab.evaluate(seenByWorker);
    const auth = seen.filter(({ path }) => path.startsWith('/auth/'));
    // Firefox sends what outlives the page, the logout, past the service worker.
    const paths = ['/auth/login', '/auth/refresh', '/auth/refresh', ...(engine === 'firefox' ? [] : ['/auth/logout'])];
    expect(auth.map(({ path }) => path)).toEqual([...paths, ...paths]);
    for (const request of auth) expect(request).toMatchObject({ method: 'POST', cache: 'no-store', fromCache: false });
    // It was greedy indeed.
    expect(seen.some(({ path, fromCache }) => path === '/me' && fromCache)).toBe(true);
    await tab.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration())?.unregister()));
  });
});

/** The client where there is neither window nor localStorage, with a storage of the application's own. */
const clientInWorker = async (bundle: string, api: string) => {
  importScripts(bundle);
  const values = new Map<string, string>();
  const inWorker = Latchkey.createAuthClient({
    baseUrl: api,
    storage: {
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => void values.set(key, value),
      removeItem: (key) => void values.delete(key),
    },
  });
  await inWorker.login({ username: 'ada', password: 'lovelace' });
  const { status } = await inWorker.fetch('me');
  await inWorker.refresh();
  const { persistence } = inWorker;
  const kept = [...values.keys()];
  const { server } = await inWorker.logout();
  inWorker.dispose();
  return { status, persistence, kept, server, left: [...values.keys()] };
};
declare const importScripts: (url: string) => void;

describeIn(engines, 'in a worker', (browser) => {
  test('the client works with a storage of the application (I4, F12)', async () => {
    const { site } = app;
    const script = `(${clientInWorker})(${JSON.stringify(`${site.pages.url}/latchkey.js`)}, ${JSON.stringify(site.api)})
      .then((result) => postMessage(result), (error) => postMessage(String(error)));`;
    site.pages.serve('/in-worker.js', { body: script, type: 'text/javascript' });
    const [tab] = await app.open(browser());
    const result = await tab.evaluate(
      () =>
        new Promise((resolve) => {
          const worker = new Worker('/in-worker.js');
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => resolve(message);
        }),
    );
    expect(result).toEqual({ status: 200, persistence: 'custom', kept: ['latchkey'], server: 'revoked', left: [] });
    await eventually(() => heard(tab)).toEqual([]);
  });
});
