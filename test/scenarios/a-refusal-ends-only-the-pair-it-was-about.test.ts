import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, openUnaware } from '../support/scene.ts';

const refusal = (status: number) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: 'invalid_grant' }),
});

for (const status of [400, 401]) {
  it(`a ${status} for a token that another tab has just renewed is no end: its pair is used (M2)`, async () => {
    const scene = createScene();
    const [winner, loser] = [openUnaware(scene), scene.open({}, { locks: false })];
    winner.client.adoptTokens(await scene.server.seedSession('ada'));
    scene.server.clock.advance('20m');
    // The loser asks first and is answered last, when the pair of the winner is committed and stored.
    scene.server.faults.next('refresh', { delay: 500, ...refusal(status) });
    const late = [loser.client.fetch('me'), loser.client.api.get('me'), loser.client.fetch('me', { method: 'HEAD' })];
    await vi.waitFor(() => expect(scene.count('refresh')).toBe(1));
    expect((await winner.client.fetch('me')).status).toBe(200);
    const record = scene.stored();
    scene.server.clock.advance(500);
    await live(scene, 3000, 50);
    expect((await Promise.all(late)).map(({ status: got }) => got)).toEqual([200, 200, 200]);
    expect(scene.stored()).toEqual(record);
    for (const { heard } of [winner, loser]) expect(heard).not.toContain('signed-out');
    expect(await loser.client.getAccessToken()).toBe(record.accessToken);
  });

  it(`a ${status} for the pair that is still stored ends the session, once in each tab (M2, R3)`, async () => {
    const scene = createScene();
    const tabs = [scene.open({}, { locks: false }), scene.open({}, { locks: false })] as const;
    tabs[0].client.adoptTokens(await scene.server.seedSession('ada'));
    await tabs[1].client.fetch('me');
    scene.server.clock.advance('20m');
    scene.server.faults.next('refresh', refusal(status), Number.POSITIVE_INFINITY);
    const results = Promise.allSettled(tabs.map(({ client }) => client.fetch('me')));
    await live(scene, 5000, 50);
    for (const result of await results) expect(result).toMatchObject({ status: 'rejected' });
    for (const { heard } of tabs) expect(heard.filter((type) => type === 'signed-out')).toHaveLength(1);
    expect(scene.profile.stored.size).toBe(0);
  });
}

it('a 401 with nothing in it, from the refresh endpoint, is one call and one event (R3)', async () => {
  const scene = createScene();
  const { client, events } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  events.length = 0;
  scene.server.faults.next('refresh', { status: 401 }, Number.POSITIVE_INFINITY);
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError', status: 401 });
  expect(scene.count('refresh')).toBe(1);
  expect(events).toEqual([{ type: 'signed-out', origin: 'this-tab', reason: 'refresh-rejected' }]);
});

it('with a strict server and no locks, a token spent twice ends the session everywhere, once, without a loop (M2, M7)', async () => {
  const scene = createScene({ policy: { replayWindow: 0 } });
  const tabs = Array.from({ length: 3 }, () => scene.open({}, { locks: false, channels: false }));
  tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
  for (const { client } of tabs) await client.fetch('me');
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 100 }, 3);
  const results = Promise.allSettled(tabs.map(({ client }) => client.fetch('me')));
  await live(scene, 10_000, 100);
  await results;
  const asked = scene.count('refresh');
  expect(asked).toBeLessThanOrEqual(6);
  await Promise.allSettled(tabs.map(({ client }) => client.fetch('me')));
  await live(scene, 60_000, 1000);
  for (const { client, heard } of tabs) {
    expect(heard.filter((type) => type === 'signed-out').length).toBeLessThanOrEqual(1);
    expect(['signed-in', 'signed-out']).toContain(client.session.status);
  }
  expect(new Set(tabs.map(({ client }) => client.session.status)).size).toBe(1);
});

it('a refusal of the old session says nothing about the one that began meanwhile (X1)', async () => {
  const scene = createScene();
  const [a, b] = [scene.open(), scene.open()];
  a.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 500, ...refusal(400) });
  const late = expect(a.client.fetch('me')).rejects.toMatchObject({ name: 'SessionChangedError' });
  await vi.waitFor(() => expect(scene.count('refresh')).toBe(1));
  await b.client.login({ username: 'bob', password: 'bob-password' });
  const record = scene.stored();
  scene.server.clock.advance(500);
  await late;
  await atRest(scene);
  expect(scene.stored()).toEqual(record);
  for (const { client } of [a, b]) expect(await (await client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
  expect(scene.count('refresh')).toBe(1);
});

it('a refusal that nobody waits for ends nothing before what another tab is just storing has come into sight (M2, M3)', async () => {
  const scene = createScene({ clock: manualClock() });
  // Without the lock, as after waiting in vain for it.
  const first = scene.open({}, { locks: false });
  first.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('21m');
  scene.server.faults.next('refresh', { delay: 30, after: 'commit' });
  scene.server.faults.next('refresh', refusal(400));
  const answer = first.client.fetch('me');
  await atRest(scene);
  const { options } = scene.profile.openTab();
  // It has yet to see that the first is at it.
  let isAware = false;
  const unaware = {
    ...options.storage,
    getItem: (key: string) => (isAware || key !== 'latchkey:refresh' ? options.storage.getItem(key) : null),
    setItem(key: string, value: string) {
      isAware = true;
      options.storage.setItem(key, value);
    },
  };
  const second = scene.open({ platform: options.platform, storage: unaware, renew: 'while-visible' });
  await live(scene, 200, 10);
  expect((await answer).status).toBe(200);
  expect(scene.count('refresh')).toBe(2);
  expect(second.heard).toEqual(['token-refreshed']);
  expect((await second.client.fetch('me')).status).toBe(200);
});
