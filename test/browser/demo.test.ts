import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Demo, DemoPage, Seen } from '../../demo/demo-page.ts';
import { tellStory } from '../../demo/story.ts';
import { describeIn } from '../support/browsers.ts';
import { openDemo, openDemoIn, openSecondTab, phaseIs, useDemoSite } from './demo-tabs.ts';

const site = useDemoSite();
const answered = (demo: Demo) =>
  demo.until('an answer', ({ wire }) => wire[0]?.kind === 'api' && wire[0].status === '200');

const isOver = ({ wire: [last], sessions: [session] }: Seen): boolean =>
  last?.kind === 'logout' && last.status === '200' && session?.state === 'revoked';
const isHidden = (demo: DemoPage) => demo.page.evaluate(() => document.visibilityState === 'hidden');

// Kind: what runs in every browser is tested in one only, and is broken in another.
describeIn(['firefox', 'webkit'], 'the demo page', (browser) => {
  test('tells the main story, and after a reload a second tab ends up logged out too (OS1)', async () => {
    const tab = await browser().openTab();
    const first = await openDemoIn(tab, site.url);
    await tellStory(first, () => {});
    await first.press('Log in');
    await phaseIs(first, 'fresh');
    await first.press('+20 min');
    const before = await phaseIs(first, 'expired');
    await tab.reload();
    const after = await phaseIs(first, 'expired');
    expect(after.stored).toEqual(before.stored);
    const second = await openDemoIn(await browser().openTab(), site.url);
    await phaseIs(second, 'expired');
    await first.press('Log out');
    const seen = await second.until('the end of the session', isOver);
    expect(seen).toMatchObject({ phase: 'signed-out', sentence: 'You were logged out in another tab.', stored: {} });
  });

  test('keeps the session while the server is down, when an answer is lost, and over 50 calls at once (OS1)', async () => {
    const demo = await openDemoIn(await browser().openTab(), site.url);
    await demo.press('Log in');
    await phaseIs(demo, 'fresh');
    await demo.press('+20 min');
    await demo.press('Server down');
    await demo.press('Call the API');
    await demo.until('the failure', ({ outcome }) => outcome.includes('the session stays as it is'));
    await demo.press('Server down');
    await demo.press('+20 min');
    await demo.press('Lose the next answer');
    await demo.press('Call the API');
    const seen = await answered(demo);
    expect(seen.wire.slice(0, 3).map(({ status }) => status)).toEqual(['200', '200', 'lost']);
    await demo.press('+20 min');
    await demo.press('Call it 50 times at once');
    const { outcome } = await demo.until('50 answers', ({ outcome }) => outcome.startsWith('50'));
    expect(outcome).toBe('50 calls: 50 answers, one refresh.');
    await demo.press('Start over');
    await demo.until('a fresh start', ({ phase, wire }) => phase === 'signed-out' && wire.length === 0);
  });
});

describeIn(['chromium'], 'the demo page', (browser) => {
  test('tells the main story: refreshed for a week at a time, lapsed, logged out with the expired pair', async () => {
    const steps: string[] = [];
    await tellStory(await openDemo(browser(), site.url), (line) => steps.push(line));
    expect(steps.at(-1)).toMatch(/^Log out: sent exactly the expired pair/);
  });

  test('tells it with a second tab open, and that one ends up logged out too', async () => {
    const first = await openDemo(browser(), site.url);
    const second = await openSecondTab(first);
    await first.page.bringToFront();
    await tellStory(first, () => {});
    expect(await isHidden(second)).toBe(true);
    const seen = await second.until('the end of the session', isOver);
    expect(seen).toMatchObject({ phase: 'signed-out', sentence: 'You were logged out in another tab.', stored: {} });
    expect(seen.sessions).toHaveLength(1);
    expect(second.sent).toEqual([]);
  });

  test('keeps a tab in the background in step: session, time, trouble and log', async () => {
    const hidden = await openDemo(browser(), site.url);
    const front = await openSecondTab(hidden);
    expect(await isHidden(hidden)).toBe(true);
    await front.press('Log in');
    await phaseIs(hidden, 'fresh');
    await front.press('+20 min');
    await phaseIs(hidden, 'expired');
    await front.press('Server down');
    await hidden.until('the trouble', ({ next }) => next.startsWith('The server is down'));
    await front.press('Server down');
    await front.press('Call the API');
    await phaseIs(hidden, 'fresh');
    await front.press('+8 d');
    await phaseIs(hidden, 'lapsed');
    await front.press('Log out');
    const there = await front.until('the end of the session', isOver);
    const here = await hidden.until('the end of the session', isOver);
    expect(here.wire).toEqual(there.wire);
    expect(await hidden.page.title()).toMatch(/^Signed out/);
    expect(hidden.sent).toEqual([]);
  });

  test('lets one tab use the tokens that another was issued', async () => {
    const first = await openDemo(browser(), site.url);
    const second = await openSecondTab(first);
    await second.press('Log in');
    await phaseIs(first, 'fresh');
    await first.page.bringToFront();
    await first.press('Call the API');
    await answered(first);
    expect(first.sent.map(({ path }) => path)).toEqual(['me']);
  });

  test('sends 50 calls on an expired token after one refresh', async () => {
    const demo = await openDemo(browser(), site.url);
    await demo.press('Log in');
    await phaseIs(demo, 'fresh');
    await demo.press('+20 min');
    await phaseIs(demo, 'expired');
    await demo.press('Call it 50 times at once');
    const seen = await demo.until('50 answers', ({ outcome }) => outcome !== '');
    expect(seen.outcome).toBe('50 calls: 50 answers, one refresh.');
    const paths = demo.sent.slice(1).map(({ path }) => path);
    expect(paths).toEqual(['auth/refresh', ...Array.from({ length: 50 }, () => 'me')]);
  });

  test('keeps the session while the server is down, and when the answer to a refresh is lost', async () => {
    const demo = await openDemo(browser(), site.url);
    await demo.press('Log in');
    await phaseIs(demo, 'fresh');
    await demo.press('+20 min');
    await demo.press('Server down');
    await demo.press('Call the API');
    await demo.until('the failure', ({ outcome }) => outcome.includes('the session stays as it is'));
    await demo.press('Server down');
    await demo.press('+20 min');
    await demo.press('Lose the next answer');
    await demo.press('Call the API');
    const seen = await answered(demo);
    expect(seen.wire.slice(0, 3).map(({ kind, status }) => [kind, status])).toEqual([
      ['api', '200'],
      ['refresh', '200'],
      ['refresh', 'lost'],
    ]);
    expect(seen.wire[2]?.text).toContain('its answer was lost');
    expect(seen.sessions.map(({ state }) => state)).toEqual(['live']);
  });

  test('tells the server of a log-out it missed, and shows that no token waits for that', async () => {
    const demo = await openDemo(browser(), site.url);
    await demo.press('Log in');
    await phaseIs(demo, 'fresh');
    await demo.press('Server down');
    await demo.press('Log out');
    const waiting = await demo.until('the log-out to be pending', ({ next }) =>
      next.includes('as soon as it can be reached'),
    );
    expect(waiting.storagePanel).not.toMatch(/accessToken|refreshToken/);
    await demo.press('Server down');
    await demo.press('+20 min');
    await demo.until('the server to know', ({ sessions }) => sessions[0]?.state === 'revoked');
    const told = await demo.until('an empty storage', ({ stored }) => Object.keys(stored).length === 0);
    expect(told.wire[0]?.text).toMatch(/^Log-out POST auth\/logout .* sent log-out ticket/);
  });

  test('logs in another user, retiring the session of the first', async () => {
    const demo = await openDemo(browser(), site.url);
    await demo.press('Log in');
    await demo.until('Ada', ({ pill }) => pill === 'Signed in as Ada');
    await demo.press('Log in as another user');
    await demo.until('Grace', ({ pill }) => pill === 'Signed in as Grace');
    const seen = await demo.until('Ada’s session to end', ({ sessions }) => sessions[1]?.state === 'revoked');
    expect(seen.sessions[0]).toMatchObject({ state: 'live' });
  });

  test('lapses after three months, even for somebody who came every week', async () => {
    const demo = await openDemo(browser(), site.url);
    await demo.press('Log in');
    for (let week = 1; week <= 12; week += 1) {
      await phaseIs(demo, 'fresh');
      await demo.press('+6 d 23 h');
      await phaseIs(demo, 'expired');
      await demo.press('Call the API');
    }
    await phaseIs(demo, 'fresh');
    await demo.press('+6 d 23 h');
    const seen = await phaseIs(demo, 'lapsed');
    expect(seen.sentence).toMatch(/its three months ran out/);
  });

  test('survives a reload with its session, its time and its log, and forgets all of them on demand', async () => {
    const demo = await openDemo(browser(), site.url);
    await demo.press('Log in');
    await phaseIs(demo, 'fresh');
    await demo.press('+20 min');
    const before = await phaseIs(demo, 'expired');
    await demo.page.reload();
    const after = await phaseIs(demo, 'expired');
    expect(after.stored).toEqual(before.stored);
    await demo.until('the log', ({ wire }) => wire.length === before.wire.length);
    await demo.press('Start over');
    const anew = await demo.until('a fresh start', (seen) => seen.phase === 'signed-out' && seen.wire.length === 0);
    expect(anew).toMatchObject({ sessions: [], stored: {} });
  });

  test('shows no token and keeps none outside the one record', async () => {
    const demo = await openDemo(browser(), site.url);
    await demo.press('Log in');
    await phaseIs(demo, 'fresh');
    await demo.press('Call the API');
    await answered(demo);
    // The log is kept for the next load when the page is left.
    await demo.page.reload();
    const { stored } = await answered(demo);
    const { accessToken, refreshToken, secret, ticket } = JSON.parse(stored['latchkey'] ?? '{}') as Record<
      string,
      string
    >;
    const elsewhere = await demo.page.evaluate(
      () => document.documentElement.outerHTML + JSON.stringify(sessionStorage),
    );
    // The browser keeps the key of a rotation: nothing in the record gives it away.
    expect(secret).toBeUndefined();
    for (const each of [accessToken, refreshToken, ticket]) {
      expect(each).toMatch(/.{20}/);
      expect(elsewhere.includes(String(each).slice(-12))).toBe(false);
    }
    expect(elsewhere).toContain('latchkey-demo-log');
    expect(elsewhere).toMatch(/<span class="print"[^>]*>[0-9a-f]{8}</);
  });

  test('asks nobody but its own origin', async () => {
    const demo = await openDemo(browser(), site.url);
    const asked = new Set<string>();
    demo.page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await demo.page.reload();
    await tellStory(demo, () => {});
    // The icon is in the page itself.
    asked.delete('null');
    expect([...asked]).toEqual([new URL(site.url).origin]);
  });

  test.runIf(process.env['UPDATE_PICTURES'])('poses for the picture in the README', async () => {
    const demo = await openDemo(browser(), site.url);
    const { page } = demo;
    await page.setViewport({ width: 1440, height: 900 });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: 'light' },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await demo.press('Log in as another user');
    await phaseIs(demo, 'fresh');
    await demo.press('Log out');
    await phaseIs(demo, 'signed-out');
    await demo.press('Log in');
    for (const call of ['Call the API', 'Call the API', 'Call it 50 times at once']) {
      await phaseIs(demo, 'fresh');
      await demo.press('+6 d 23 h');
      await phaseIs(demo, 'expired');
      await demo.press(call);
    }
    await demo.until(
      '50 answers',
      ({ outcome, wire }) => outcome.startsWith('50') && (wire[0]?.text ?? '').includes('× 50'),
    );
    await page.mouse.move(0, 0);
    await mkdir(fileURLToPath(new URL('../../docs/', import.meta.url)), { recursive: true });
    await page.screenshot({ path: fileURLToPath(new URL('../../docs/demo.png', import.meta.url)), fullPage: true });
  });
});
