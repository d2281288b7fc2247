import { expect, onTestFinished, test } from 'vitest';
import { type AppWindow, eventsOf, logIn, useApp } from '../support/app.ts';
import { describeIn, type Tab } from '../support/browsers.ts';
import { serveSecurely } from '../support/secure-proxy.ts';

/** How many bytes of an upload arrived. */
let uploaded = 0;
const app = useApp({
  around: (fetch) => async (request, context) => {
    if (!request.url.endsWith('/me') || request.method !== 'PUT') return fetch(request, context);
    uploaded = 0;
    for await (const chunk of request.body ?? []) uploaded += chunk.byteLength;
    return fetch(new Request(request.url, { headers: request.headers }), context);
  },
});

// Run in the page.
declare const client: AppWindow['client'];
declare const Latchkey: AppWindow['Latchkey'];

/** A tab whose API is the site's, on HTTP/2. */
async function openSecure(browser: Parameters<typeof app.open>[0]): Promise<Tab> {
  const secure = await serveSecurely(app.site.api);
  onTestFinished(() => secure.close());
  const [tab] = await app.open(browser, 1, { options: { baseUrl: secure.url } });
  await logIn(tab);
  return tab;
}

/** Sends two words in a stream; gives the status, or the name of the error and what it carries. */
const stream = async (way: 'fetch' | 'api') => {
  const words = ['one ', 'two'].map((word) => new TextEncoder().encode(word));
  const body = new ReadableStream({
    pull(controller) {
      const word = words.shift();
      if (word) controller.enqueue(word);
      else controller.close();
    },
  });
  try {
    const response = await client[way]('echo', { method: 'POST', body, duplex: 'half' } as RequestInit);
    return [response.status, (await response.json()).body.length];
  } catch (error) {
    const carried = error instanceof Latchkey.NotReplayableError ? error.response.status : null;
    return [(error as Error).name, carried];
  }
};

describeIn(['chromium'], 'a body that is a stream', (browser) => {
  test.each(['fetch', 'api'] as const)(
    'is sent after the refresh while the token is due, with client.%s (P3)',
    async (way) => {
      const { site } = app;
      const tab = await openSecure(browser());
      await site.advance([tab], '19m 30s');
      expect(await tab.evaluate(stream, way)).toEqual([200, 7]);
      expect(site.server.requests.map(({ endpoint, status }) => [endpoint, status])).toEqual([
        ['login', 200],
        ['refresh', 200],
        ['echo', 200],
      ]);
    },
  );

  test.each(['fetch', 'api'] as const)(
    'is not sent again when it is refused; the answer comes with the error, and the next try works, with client.%s (P3)',
    async (way) => {
      const { site } = app;
      const tab = await openSecure(browser());
      // For the server the token has expired; the page does not know.
      site.server.clock.advance('20m');
      expect(await tab.evaluate(stream, way)).toEqual(['NotReplayableError', 401]);
      expect(site.asked('echo')).toHaveLength(1);
      expect((await eventsOf(tab)).map(({ type }) => type)).toEqual(['signed-in', 'token-refreshed']);
      expect(await tab.evaluate(stream, way)).toEqual([200, 7]);
      expect(site.asked('refresh')).toHaveLength(1);
    },
  );
});

/** The memory that JavaScript holds in this page, after the garbage has been collected. */
async function heapOf({ raw }: Tab): Promise<number> {
  if (raw.engine !== 'chromium') throw new Error('This is not Chromium.');
  await raw.cdp.send('HeapProfiler.collectGarbage');
  const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await raw.cdp.send('Runtime.getHeapUsage');
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}

describeIn(['chromium'], 'a file of 200 MB', (browser) => {
  const size = 200 * 2 ** 20;
  test.each(['fetch', 'api'] as const)(
    'sent with a fresh token costs less than 20 MB of memory, with client.%s (P3)',
    async (way) => {
      const [tab] = await app.open(browser());
      await logIn(tab);
      await tab.evaluate((size) => {
        const piece = new Blob([new Uint8Array(2 ** 20)]);
        Object.assign(window, { file: new File(Array(size / 2 ** 20).fill(piece), 'big.bin') });
      }, size);
      const before = await heapOf(tab);
      const sending = tab.evaluate(async (way) => {
        const { file } = window as unknown as { file: File };
        return (await client[way]('me', { method: 'PUT', body: file, timeout: false } as RequestInit)).status;
      }, way);
      let done = false;
      void sending.finally(() => {
        done = true;
      });
      let most = before;
      while (!done) most = Math.max(most, await heapOf(tab));
      expect(await sending).toBe(200);
      expect(uploaded).toBe(size);
      expect((most - before) / 2 ** 20).toBeLessThan(20);
      expect(((await heapOf(tab)) - before) / 2 ** 20).toBeLessThan(20);
    },
  );
});
