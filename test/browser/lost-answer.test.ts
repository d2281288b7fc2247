import { describe, expect, test } from 'vitest';
import { type AppWindow, eventsOf, get, heard, held, logIn, outcome, stored, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

// Run in the page.
declare const client: AppWindow['client'];

describe('with a server that gives a lost answer again for ten seconds', () => {
  const app = useApp({ policy: { replayWindow: 10_000 } });

  describeIn(engines, 'a refresh whose answer is lost', (browser) => {
    test('is asked for again with the same token, and nobody notices (N2)', async () => {
      const { site } = app;
      const [tab] = await app.open(browser());
      await logIn(tab);
      await site.advance([tab], '20m');
      site.server.faults.next('refresh', { loseResponse: true });
      expect(await get(tab)).toBe(200);
      const [lost, again] = site.asked('refresh');
      expect(lost).toMatchObject({ status: null });
      expect(again).toMatchObject({
        status: 200,
        refreshToken: lost?.refreshToken,
        idempotencyKey: lost?.idempotencyKey,
      });
      expect((again?.at ?? 0) - (lost?.at ?? 0)).toBeLessThan(5_000);
      expect(site.asked('refresh')).toHaveLength(2);
      expect(await heard(tab)).not.toContain('signed-out');
      expect(await site.server.sessions.list()).toMatchObject([{ status: 'live', generation: 2 }]);
    });

    test('with the page: it is signed in when it is opened again (N2)', async () => {
      const { site } = app;
      const [closed] = await app.open(browser());
      await logIn(closed);
      await site.advance([closed], '20m');
      site.server.faults.next('refresh', { delay: 3_600_000, after: 'commit' });
      void outcome(get(closed));
      await held(site, 'refresh');
      await closed.close();

      const [opened] = await app.open(browser());
      expect(await opened.evaluate(() => client.session.status)).toBe('signed-in');
      expect(await get(opened)).toBe(200);
      expect(await heard(opened)).not.toContain('signed-out');
      expect(await site.server.sessions.list()).toMatchObject([{ status: 'live', generation: 2 }]);
    });
  });
});

describe('with a server that takes a refresh token once only', () => {
  const app = useApp({ policy: { replayWindow: 0 } });

  describeIn(engines, 'a refresh whose answer is lost', (browser) => {
    test('ends the session once, without a loop (N2)', async () => {
      const { site } = app;
      const [tab] = await app.open(browser());
      await logIn(tab);
      await site.advance([tab], '20m');
      site.server.faults.next('refresh', { loseResponse: true });
      await expect(get(tab)).rejects.toMatchObject({ name: 'RefreshRejectedError' });
      expect(site.asked('refresh')).toHaveLength(2);
      const told = (await eventsOf(tab)).slice(1);
      expect(told).toMatchObject([{ type: 'signed-out', reason: 'refresh-rejected' }]);
      expect(await stored(tab)).toEqual({});
      expect(await get(tab)).toBe(401);
      expect(site.asked('refresh')).toHaveLength(2);
    });
  });
});
