import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeIn, engines } from '../support/browsers.ts';
import { type PageServer, servePages } from '../support/page-server.ts';

const bundles = {
  '/latchkey.js': ['Latchkey', 'createAuthClient'],
  '/latchkey-devtools.js': ['LatchkeyDevtools', 'showDevtools'],
  '/latchkey-mock-server.js': ['LatchkeyMockServer', 'createAuthServer'],
} as const;
// Kind: a bundle for every browser is loaded in one only, and breaks in another.
let pages: PageServer;
beforeAll(async () => {
  const at = (path: string) => new URL(`../../packages/${path}`, import.meta.url);
  pages = await servePages({
    '/latchkey-devtools.js': at('client/dist/latchkey-devtools.iife.min.js'),
    '/latchkey-mock-server.js': at('mock-server/dist/latchkey-mock-server.iife.min.js'),
  });
});
afterAll(() => pages.close());

describeIn(engines, 'the script tag', (browser) => {
  test('adds the global Latchkey to a page and nothing else', async () => {
    const tab = await browser().openTab(`${pages.url}/blank`);
    const globals = () => tab.evaluate(() => Object.getOwnPropertyNames(window));
    const before = new Set(await globals());
    await tab.goto(pages.url);
    expect((await globals()).filter((name) => !before.has(name))).toEqual(['Latchkey']);
    expect(await tab.evaluate(() => Object.keys((window as unknown as { Latchkey: object }).Latchkey))).toContain(
      'createAuthClient',
    );
    expect(await tab.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)])).toEqual([[], []]);
  });

  test('adds one global for each bundle, and no bundle fails to load (OS1)', async () => {
    const tab = await browser().openTab(`${pages.url}/blank`);
    const added = await tab.evaluate(async (paths) => {
      const found: Record<string, string[]> = {};
      for (const path of paths) {
        const before = new Set(Object.getOwnPropertyNames(window));
        const script = document.createElement('script');
        script.src = path;
        const loaded = new Promise((resolve, reject) => Object.assign(script, { onload: resolve, onerror: reject }));
        document.head.append(script);
        await loaded;
        found[path] = Object.getOwnPropertyNames(window).filter((name) => !before.has(name));
      }
      return found;
    }, Object.keys(bundles));
    for (const [path, [global, member]] of Object.entries(bundles)) {
      // MSW has a global of its own.
      expect(added[path]?.filter((name) => !name.startsWith('__MSW'))).toEqual([global]);
      const members = (name: string) => Object.keys((window as unknown as Record<string, object>)[name] ?? {});
      expect(await tab.evaluate(members, global)).toContain(member);
    }
  });
});
