import { expect, test } from 'vitest';
import { type AppWindow, logIn, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

/** What the server was asked, and from where. */
let asked: [path: string, referrer: string | null][] = [];
const app = useApp({
  around: (fetch) => async (request, context) => {
    if (request.method !== 'OPTIONS') asked.push([new URL(request.url).pathname, request.headers.get('referer')]);
    return fetch(request, context);
  },
});

// Run in the page.
declare const client: AppWindow['client'];

describeIn(engines, 'the address of the page', (browser) => {
  test('is told to no auth endpoint, and to no other where the application wants it kept', async () => {
    const [tab] = await app.open(browser());
    asked = [];
    await tab.evaluate(() =>
      client.login({ username: 'ada', password: 'lovelace' }, { signal: new AbortController().signal }),
    );
    await tab.evaluate(async (api) => {
      const referrerPolicy = 'no-referrer';
      await client.refresh({ force: true });
      await client.fetch('me', { referrerPolicy });
      await client.fetch(new Request(`${api}me`, { referrerPolicy }));
      await client.api('me', { referrerPolicy });
      await client.api('me', { referrerPolicy, totalTimeout: 60_000 });
      await client.logout();
    }, app.site.api);
    const paths = ['auth/login', 'auth/refresh', 'me', 'me', 'me', 'me', 'auth/logout'];
    expect(asked).toEqual(paths.map((path) => [`/${path}`, null]));
  });

  test('is told as ever where it does not', async () => {
    const [tab] = await app.open(browser());
    await logIn(tab);
    asked = [];
    await tab.evaluate(async (api) => {
      await client.fetch(new Request(`${api}me`));
      await client.api('me');
    }, app.site.api);
    expect(asked).toEqual(Array(2).fill(['/me', new URL('/', app.site.app).href]));
  });
});
