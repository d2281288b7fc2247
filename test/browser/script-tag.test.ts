import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeIn, engines } from '../support/browsers.ts';
import { type PageServer, servePages } from '../support/page-server.ts';

let pages: PageServer;
beforeAll(async () => {
  pages = await servePages();
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
});
