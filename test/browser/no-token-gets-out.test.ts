import { expect, test } from 'vitest';
import { type AppWindow, logIn, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

const app = useApp();

// Run in the page.
declare const client: AppWindow['client'];
declare const startClient: AppWindow['startClient'];
declare const faults: AppWindow['faults'];

/** A piece of the refresh token. */
type Leak = (piece: string) => unknown;

/** One leak each, run in the page. */
const leaks: Record<string, Leak> = {
  console: (piece) => console.debug({ note: piece }),
  error: (piece) => dispatchEvent(new ErrorEvent('error', { error: new Error('x', { cause: new Error(piece) }) })),
  BroadcastChannel: (piece) => new BroadcastChannel('x').postMessage([piece]),
  storage: (piece) => localStorage.setItem('last-session', piece),
  event: (piece) =>
    client.adoptTokens({ access_token: 'opaque', refresh_token: 'opaque-too', expires_in: 60, sid: piece }),
  'login()': (piece) => {
    startClient({ storage: 'memory', fetch: () => Promise.reject(new TypeError(piece)) });
    return client.login({}).catch(() => {});
  },
};

describeIn(engines, 'every page', (browser) => {
  test('finds a piece of a token in whatever it lets out (ATT-9, TST-18)', async () => {
    const [tab] = await app.open(browser());
    await logIn(tab);
    const { pages } = app.site;
    const piece = await tab.evaluate(() => {
      const { refreshToken } = JSON.parse(localStorage.getItem('latchkey') ?? '{}') as { refreshToken: string };
      return refreshToken.slice(10, 26);
    });
    expect(pages.leaks).toEqual([]);
    for (const [where, leak] of Object.entries(leaks)) {
      await tab.evaluate(leak, piece);
      expect(pages.leaks.splice(0), where).toEqual([expect.stringContaining(where)]);
    }
    await tab.evaluate((piece) => console.debug(piece), piece.slice(1));
    expect(pages.leaks).toEqual([]);
    // The error was meant.
    await tab.evaluate(() => void faults.splice(0));
  });
});
