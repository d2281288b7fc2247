import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type AppWindow, eventually, heard, logIn, rounds, stored, useApp } from '../support/app.ts';
import { together } from '../support/barrier.ts';
import { describeIn, engines } from '../support/browsers.ts';

// Run in the page.
declare const client: AppWindow['client'];
declare const removed: string[];

/** As on plain http in a local network, and in old browsers. */
const withoutBoth = () => {
  Object.defineProperty(navigator, 'locks', { value: undefined });
  Object.assign(window, { BroadcastChannel: undefined });
};

const ask = async () => (await client.fetch('me')).status;
const count = 5;

describe('with a server that answers a repeated refresh again', () => {
  const app = useApp({ policy: { replayWindow: 10_000 } });

  describeIn(engines, 'five tabs without locks and channels', (browser) => {
    const times = rounds(2);
    test(`keep the session, ${times} times over (M7)`, async () => {
      const { site } = app;
      const tabs = await app.open(browser(), count, { url: site.appWith({ before: withoutBoth }) });
      await logIn(tabs[0]);
      for (let round = 1; round <= times; round++) {
        await site.advance(tabs, '20m');
        expect(await together(tabs, ask)).toEqual(tabs.map(() => ({ status: 'fulfilled', value: 200 })));
      }
      for (const tab of tabs) expect(await heard(tab)).not.toContain('signed-out');
      expect(await site.server.sessions.list()).toMatchObject([{ status: 'live' }]);
    });
  });
});

describe('with a server that takes its time', () => {
  const app = useApp();

  // The engine whose pages see latest what another has stored: all sixteen refresh, and all get the same answer.
  describeIn(['chromium'], 'sixteen tabs without locks and channels', (browser) => {
    test('keep the session (M1, M7)', async () => {
      const { site } = app;
      const tabs = await app.open(browser(), 16, { url: site.appWith({ before: withoutBoth }) });
      await logIn(tabs[0]);
      await site.advance(tabs, '20m');
      site.server.faults.next('refresh', { delay: 300, after: 'commit' }, 100);
      expect(await together(tabs, ask)).toEqual(tabs.map(() => ({ status: 'fulfilled', value: 200 })));
      for (const tab of tabs) expect(await heard(tab)).not.toContain('signed-out');
      expect(await site.server.sessions.list()).toMatchObject([{ status: 'live' }]);
    });
  });
});

describe('with a server that takes a refresh token once only', () => {
  const app = useApp({ policy: { replayWindow: 0 } });
  const fingerprint = (token: string) => createHash('sha256').update(token).digest('hex').slice(0, 8);

  describeIn(engines, 'five tabs without locks and channels', (browser) => {
    const times = rounds(1);
    test(`remove no pair but one that the server refused, ${times} times over (M7)`, async () => {
      const { site } = app;
      const tabs = await app.open(browser(), count, { url: site.appWith({ before: withoutBoth }) });
      const listener = await browser().openTab(`${site.pages.url}/blank`);
      await listener.evaluate(() => {
        localStorage.getItem('');
        const removed: string[] = [];
        Object.assign(window, { removed });
        addEventListener('storage', ({ key, newValue, oldValue }) => {
          if (key === 'latchkey' && newValue === null && oldValue) removed.push(JSON.parse(oldValue).refreshToken);
        });
      });
      for (let round = 1; round <= times; round++) {
        if (!(await stored(tabs[0]))['latchkey']) await logIn(tabs[0]);
        await eventually(() => Promise.all(tabs.map((tab) => tab.evaluate(() => client.session.status)))).toEqual(
          tabs.map(() => 'signed-in'),
        );
        await site.advance(tabs, '20m');
        for (const answer of await together(tabs, ask)) {
          // Answered, or told in the client's own words that the session has ended.
          if (answer.status === 'fulfilled') expect([200, 401]).toContain(answer.value);
          else expect(answer.reason.name).toMatch(/^(RefreshRejected|NotSignedIn|SessionChanged)Error$/);
        }
      }
      const refused = site.asked('refresh').flatMap(({ status, refreshToken }) => (status === 400 ? refreshToken : []));
      for (const token of await listener.evaluate(() => removed)) expect(refused).toContain(fingerprint(token));
    });
  });
});
