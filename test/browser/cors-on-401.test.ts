import { expect, test } from 'vitest';
import { get, heard, logIn, outcome, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

/** A reverse proxy that forgets the CORS headers of refusals, so that no page can read their status. */
const app = useApp({
  around: (fetch) => async (request, context) => {
    const response = await fetch(request, context);
    if (response.status === 401) response.headers.delete('access-control-allow-origin');
    return response;
  },
});

describeIn(engines, 'an API whose 401s lack CORS headers', (browser) => {
  test('is never met with a token that has expired by time (N4)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    await logIn(tab);
    await site.advance([tab], '20m');
    expect(await get(tab)).toBe(200);
    expect(site.asked('me')).toMatchObject([{ status: 200 }]);
    expect(site.asked('refresh')).toHaveLength(1);
  });

  test('gives the network error it looks like when a token was revoked early: no logout, no loop (N4)', async () => {
    const { site } = app;
    const [tab] = await app.open(browser());
    const sid = await logIn(tab);
    await site.server.sessions.revoke(sid);
    for (let time = 0; time < 3; time++) expect(await outcome(get(tab))).toBe('TypeError');
    expect(site.asked('me').map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(site.asked('refresh')).toEqual([]);
    expect(await heard(tab)).toEqual(['signed-in']);
  });
});
