import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { describeIn } from '../support/browsers.ts';
import { clientBundle, htmlPage, servePages } from '../support/page-server.ts';
import { openDemo, useDemoSite } from './demo-tabs.ts';

const site = useDemoSite();

const withHash = (integrity: string) =>
  htmlPage(`<script src="/latchkey.js" integrity="${integrity}" crossorigin="anonymous"></script>`);

describeIn(['chromium'], 'the integrity of the script tags', (browser) => {
  test('is in the demo page, and is that of what it loads', async () => {
    const { page } = await openDemo(browser(), site.url);
    const tags = await page.$$eval('script[src]', (scripts) =>
      scripts.map((script) => ({
        src: (script as HTMLScriptElement).src,
        integrity: script.getAttribute('integrity'),
      })),
    );
    expect(tags).toHaveLength(3);
    for (const { src, integrity } of tags) {
      const bytes = Buffer.from(await (await fetch(src)).arrayBuffer());
      expect(integrity, src).toBe(`sha384-${createHash('sha384').update(bytes).digest('base64')}`);
    }
  });

  test('keeps out a file that is not the one that was built', async () => {
    const hashes = JSON.parse(await readFile(new URL('integrity.json', clientBundle), 'utf8')) as Record<
      string,
      string
    >;
    const integrity = Object.values(hashes)[0] ?? '';
    const pages = await servePages({
      '/right': withHash(integrity),
      '/wrong': withHash(integrity.replace(/.{4}$/, 'AAAA')),
    });
    const tab = await browser().openTab(`${pages.url}/right`);
    const isThere = () => tab.evaluate(() => 'Latchkey' in window);
    expect(await isThere()).toBe(true);
    await tab.goto(`${pages.url}/wrong`);
    expect(await isThere()).toBe(false);
    await tab.close();
    await pages.close();
  });
});
