import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect, test } from 'vitest';
import type { DemoPage } from '../../demo/demo-page.ts';
import { describeIn } from '../support/browsers.ts';
import { openDemo, phaseIs, useDemoSite } from './demo-tabs.ts';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
declare const axe: { run(): Promise<AxeResults> };

const site = useDemoSite();

const dresses = [375, 1440].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ width, scheme })));

/** Goes through the states a visitor meets, and looks at each. */
async function throughStates(demo: DemoPage, look: (state: string) => Promise<void>): Promise<void> {
  await look('signed out');
  await demo.press('Log in');
  await phaseIs(demo, 'fresh');
  await look('fresh');
  await demo.press('+20 min');
  await demo.press('Server down');
  await demo.press('Call the API');
  await demo.until('the failure', ({ outcome }) => outcome !== '');
  await look('expired, server down');
  await demo.press('Server down');
  await demo.press('Lose the next answer');
  await demo.press('+8 d');
  await phaseIs(demo, 'lapsed');
  await demo.press('Call the API');
  await demo.until('the refusal', ({ wire }) => wire[0]?.kind === 'none');
  await look('lapsed');
  await demo.press('Lose the next answer');
  await demo.press('Log out');
  await demo.until('the log-out', ({ sessions }) => sessions[0]?.state === 'revoked');
  await look('logged out');
}

async function dress(demo: DemoPage, width: number, scheme: 'light' | 'dark'): Promise<void> {
  await demo.page.setViewport({ width, height: width < 600 ? 812 : 900 });
  await demo.page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  await demo.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
}

describeIn(['chromium'], 'the look of the demo page', (browser) => {
  test('has no axe violation in any state, narrow or wide, light or dark', async () => {
    const demo = await openDemo(browser(), site.url);
    await demo.page.evaluate(axeSource);
    await throughStates(demo, async (state) => {
      for (const { width, scheme } of dresses) {
        await dress(demo, width, scheme);
        const { violations, passes } = await demo.page.evaluate(() => axe.run());
        expect(passes.length).toBeGreaterThan(10);
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        expect(found, `${state}, ${width} px, ${scheme}`).toEqual([]);
      }
    });
  });

  test('never scrolls sideways, from 320 to 1440 px', async () => {
    const demo = await openDemo(browser(), site.url);
    await throughStates(demo, async (state) => {
      for (const width of [320, 375, 768, 1024, 1440]) {
        await dress(demo, width, 'light');
        const overflow = await demo.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, `${state}, ${width} px`).toBeLessThanOrEqual(0);
      }
    });
  });

  test('can be used by keyboard alone, in the order it is read, with a focus that shows', async () => {
    const demo = await openDemo(browser(), site.url);
    const { page } = demo;
    await dress(demo, 1440, 'light');
    const inOrder = await page.evaluate(() => [...document.querySelectorAll('button')].map(({ id }) => id));
    const visited: string[] = [];
    for (const id of inOrder) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate(() => {
        const { activeElement } = document;
        const { outlineStyle, outlineWidth } = getComputedStyle(activeElement ?? document.body);
        return { id: activeElement?.id ?? '', outline: `${outlineStyle} ${outlineWidth}` };
      });
      visited.push(focus.id);
      expect(focus.outline, id).toBe('solid 3px');
    }
    expect(visited).toEqual(inOrder);
    expect(inOrder).toHaveLength(13);
    await page.focus('#login');
    await page.keyboard.press('Enter');
    await phaseIs(demo, 'fresh');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('login');
    await page.focus('#pass-20m');
    await page.keyboard.press('Space');
    await phaseIs(demo, 'expired');
  });

  test('says changes of state to a screen reader, and not the ticking of the clock', async () => {
    const demo = await openDemo(browser(), site.url);
    await demo.page.evaluate(() => {
      const said: string[] = [];
      Object.assign(window, { said });
      const live = document.querySelector('[role=status]');
      if (live) new MutationObserver(() => said.push(live.textContent)).observe(live, { childList: true });
    });
    const said = () => demo.page.evaluate(() => (window as unknown as { said: string[] }).said);
    await demo.press('Log in');
    await phaseIs(demo, 'fresh');
    const clock = () => demo.page.evaluate(() => document.querySelector('#clock')?.textContent ?? '');
    const before = await clock();
    await expect.poll(clock, { timeout: 5_000 }).not.toBe(before);
    await demo.press('+8 d');
    await phaseIs(demo, 'lapsed');
    expect(await said()).toEqual([
      expect.stringMatching(/^Logged in as Ada\. Your access token is good for another 20 minutes\./),
      expect.stringMatching(/^This session has lapsed: its week ran out 1 day ago\./),
    ]);
  });

  test('moves, unless the visitor asked for less motion', async () => {
    const demo = await openDemo(browser(), site.url);
    const atRest = () => demo.page.evaluate(() => document.getAnimations().length === 0);
    const movesWhen = async (preference: string, button: string): Promise<boolean> => {
      await demo.page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: preference }]);
      await expect.poll(atRest, { timeout: 5_000 }).toBe(true);
      return demo.page.evaluate(async (id) => {
        document.getElementById(id)?.click();
        await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
        return document.getAnimations().length > 0;
      }, button);
    };
    await demo.press('Log in');
    await phaseIs(demo, 'fresh');
    expect(await movesWhen('no-preference', 'pass-20m')).toBe(true);
    expect(await movesWhen('reduce', 'pass-6d23h')).toBe(false);
  });
});
