import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, signedIn } from '../support/scene.ts';

it('no timer is longer than a browser can keep, and the end of three months is told when it comes (T3)', async () => {
  const scene = createScene({ clock: manualClock(), policy: { refreshWindow: 90 * 86_400_000 } });
  const delays: number[] = [];
  const { options } = scene.profile.openTab();
  const { setTimer } = options.platform as { setTimer: (callback: () => void, delay: number) => () => void };
  const { client, events } = scene.open({
    platform: {
      ...options.platform,
      setTimer(callback, delay) {
        delays.push(delay);
        return setTimer(callback, delay);
      },
    },
  });
  client.adoptTokens(await scene.server.seedSession('ada'));
  events.length = 0;
  scene.server.clock.advance('1d');
  expect(events).toEqual([]);
  scene.server.clock.advance('88d 23h');
  expect(events).toEqual([]);
  scene.server.clock.advance('59m');
  expect(events).toEqual([{ type: 'session-expiring', origin: 'this-tab', msLeft: 120_000 }]);
  scene.server.clock.advance('1m');
  expect(events.slice(1)).toEqual([{ type: 'lapsed', origin: 'this-tab', reason: 'session-expired' }]);
  for (const delay of delays) expect(delay).toBeLessThanOrEqual(2 ** 31 - 1);
});

it('a lifetime shorter than the margin causes no storm (T3)', async () => {
  const { server, client, count } = await signedIn({ policy: { accessTtl: 30_000 } });
  for (let second = 0; second < 60; second++) {
    expect((await client.fetch('me')).status).toBe(200);
    server.clock.advance(1000);
    await new Promise(setImmediate);
  }
  expect(count('refresh')).toBeLessThanOrEqual(4);
});

for (const expires_in of [undefined, -5, 0, 1_200_000, 253_402_300_799, 'soon', null]) {
  it(`expires_in ${String(expires_in)} causes no loop and no throw (T3)`, async () => {
    const scene = createScene();
    const { client } = scene.open();
    const tokens = await scene.server.seedSession('ada');
    client.adoptTokens({ ...tokens, expires_in } as never);
    for (let request = 0; request < 5; request++) expect((await client.fetch('me')).status).toBe(200);
    expect(scene.count('refresh')).toBe(0);
  });
}

it('the warning comes once in every tab, two minutes before the end, and one tab extends for all (T5)', async () => {
  const scene = createScene({ clock: manualClock() });
  const tabs = [scene.open(), scene.open()];
  tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
  await new Promise(setImmediate);
  for (const { events, heard } of tabs) events.length = heard.length = 0;
  scene.server.clock.advance('6d 23h');
  scene.server.clock.advance('57m');
  for (const { heard } of tabs) expect(heard).toEqual([]);
  scene.server.clock.advance('1m');
  for (const { events } of tabs) {
    expect(events).toEqual([{ type: 'session-expiring', origin: 'this-tab', msLeft: 120_000 }]);
  }
  const seen = scene.server.requests.length;
  expect(tabs[1]?.client.session).toMatchObject({ status: 'signed-in' });
  expect(scene.server.requests).toHaveLength(seen);
  await tabs[1]?.client.refresh();
  await vi.waitFor(() => expect(tabs[0]?.heard).toEqual(['session-expiring', 'token-refreshed', 'session-extended']));
  expect(tabs[1]?.heard).toEqual(['session-expiring', 'token-refreshed', 'session-extended']);
});

it('an end that cannot be put off is warned of once, however often the session is refreshed before it (T5)', async () => {
  const scene = createScene({ clock: manualClock(), policy: { refreshWindow: 90 * 86_400_000 } });
  const tabs = [scene.open(), scene.open()];
  tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance(90 * 86_400_000 - 130_000);
  await atRest(scene);
  for (const { heard } of tabs) heard.length = 0;
  for (let refresh = 0; refresh < 8; refresh++) {
    await tabs[refresh % 2]?.client.refresh({ force: true });
    await atRest(scene);
    // The server says in whole seconds what is left: each answer moves the end a little.
    scene.server.clock.advance(12_345);
    await atRest(scene);
  }
  for (const { heard } of tabs)
    expect(heard.filter((type) => type !== 'token-refreshed')).toEqual(['session-expiring']);
});

it('a tab that slept over the warning is told at once, with what is really left (T5)', async () => {
  const scene = createScene({ clock: manualClock() });
  const tab = scene.open();
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  tab.events.length = 0;
  tab.freeze();
  scene.server.clock.advance('6d 23h');
  scene.server.clock.advance('59m');
  tab.thaw();
  expect(tab.events).toEqual([{ type: 'session-expiring', origin: 'this-tab', msLeft: 60_000 }]);
});

it('with renew: while-visible a visible tab keeps the access token fresh, and a hidden one does not (T4)', async () => {
  const scene = createScene();
  const tab = scene.open({ renew: 'while-visible' });
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await live(scene, 60 * 60_000, 10_000);
  expect(scene.count('refresh')).toBe(3);
  tab.hide();
  scene.server.clock.advance('2h');
  expect(scene.count('refresh')).toBe(3);
});

it('with renew: while-visible a tab renews when it opens and when it comes into view, at once (T1)', async () => {
  const scene = createScene({ clock: manualClock() });
  scene.open().client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('2h');
  const tab = scene.open({ renew: 'while-visible' });
  scene.server.clock.advance(0);
  await atRest(scene);
  expect(scene.count('refresh')).toBe(1);
  tab.hide();
  scene.server.clock.advance('2h');
  await atRest(scene);
  expect(scene.count('refresh')).toBe(1);
  tab.show();
  scene.server.clock.advance(0);
  await atRest(scene);
  expect(scene.count('refresh')).toBe(2);
});
