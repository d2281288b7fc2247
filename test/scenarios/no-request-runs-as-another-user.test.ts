import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live } from '../support/scene.ts';

for (const where of ['the same tab', 'another tab']) {
  it(`a request of one user that is refused after a login of another in ${where} is not sent again (X1)`, async () => {
    const scene = createScene();
    const tab = scene.open();
    const other = where === 'the same tab' ? tab : scene.open();
    tab.client.adoptTokens(await scene.server.seedSession('ada'));
    await scene.server.keys.rotate({ immediately: true });
    scene.server.faults.next('echo', { delay: 1000 });
    const request = expect(tab.client.fetch('echo', { method: 'DELETE' })).rejects.toMatchObject({
      name: 'SessionChangedError',
    });
    await vi.waitFor(() => expect(scene.count('echo')).toBe(1));
    await other.client.logout();
    await other.client.login({ username: 'bob', password: 'bob-password' });
    scene.server.clock.advance(1000);
    await request;
    expect(scene.count('echo')).toBe(1);
    expect(scene.count('refresh')).toBe(0);
    expect((await tab.client.fetch('me')).status).toBe(200);
  });

  it(`a request that waits for a refresh does not go out under a login in ${where} (X1)`, async () => {
    const scene = createScene();
    const tab = scene.open();
    const other = where === 'the same tab' ? tab : scene.open();
    tab.client.adoptTokens(await scene.server.seedSession('ada'));
    scene.server.clock.advance('20m');
    scene.server.faults.next('refresh', { delay: 1000 });
    const request = expect(tab.client.fetch('echo', { method: 'DELETE' })).rejects.toMatchObject({
      name: 'SessionChangedError',
    });
    await vi.waitFor(() => expect(scene.count('refresh')).toBe(1));
    await other.client.login({ username: 'bob', password: 'bob-password' });
    scene.server.clock.advance(1000);
    await request;
    expect(scene.count('echo')).toBe(0);
    expect(await (await tab.client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
  });
}

it('a tab hears of another user before any of its requests carries that user (M10)', async () => {
  const scene = createScene();
  const [a, b] = [scene.open({}, { channels: false }), scene.open({}, { channels: false })];
  a.client.adoptTokens(await scene.server.seedSession('ada'));
  await b.client.fetch('me');
  b.events.length = 0;
  const sending = a.client.login({ username: 'bob', password: 'bob-password' });
  await sending;
  const response = b.client.fetch('me');
  expect(b.events[0]).toEqual({ type: 'user-changed', origin: 'other-tab', from: 'ada', to: 'bob' });
  expect(await (await response).json()).toMatchObject({ sub: 'bob' });
});

it('a refresh that is answered with the tokens of another user ends the session, and nothing runs as that user (X1, F4)', async () => {
  const scene = createScene();
  const [tab, other] = [scene.open(), scene.open()];
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await other.client.fetch('me');
  scene.server.clock.advance('20m');
  const body = JSON.stringify(await scene.server.seedSession('bob'));
  scene.server.faults.next('refresh', { status: 200, headers: { 'content-type': 'application/json' }, body });
  await expect(tab.client.fetch('echo', { method: 'DELETE' })).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  expect(scene.count('echo')).toBe(0);
  expect(tab.client.session).toEqual({ status: 'signed-out', reason: 'user-changed' });
  expect(tab.events.at(-1)).toEqual({ type: 'signed-out', origin: 'this-tab', reason: 'user-changed' });
  await vi.waitFor(() => expect(other.heard.at(-1)).toBe('signed-out'));
  expect(other.events.at(-1)).toMatchObject({ reason: 'user-changed' });
  await vi.waitFor(async () => expect((await scene.server.sessions.list('bob'))[0]?.revokedAt).not.toBeNull());
  await vi.waitFor(() => expect(scene.profile.stored.size).toBe(0));
});

it('a request of a page that has just come back does not go out under a login that comes before it trusts what it reads (X1)', async () => {
  const scene = createScene({ clock: manualClock() });
  const [tab, other] = [scene.open(), scene.open()];
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  tab.signal({ type: 'leaving' });
  scene.server.clock.advance('1m');
  tab.signal({ type: 'restored' });
  const requests = [tab.client.fetch('echo', { method: 'DELETE' }), tab.client.api.delete('echo')].map((request) =>
    expect(request).rejects.toMatchObject({ name: 'SessionChangedError' }),
  );
  scene.server.clock.advance(20);
  await other.client.login({ username: 'bob', password: 'bob-password' });
  await live(scene, 100, 10);
  await Promise.all(requests);
  expect(scene.count('echo')).toBe(0);
  expect(await (await tab.client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
});

it('a request does not carry a session that a listener ended when it heard of it (M10)', async () => {
  const carried: boolean[] = [];
  const scene = createScene({ clock: manualClock() }, (fetch) => (input, init) => {
    const request = new Request(input, init);
    if (request.url.endsWith('/me')) carried.push(request.headers.has('authorization'));
    return fetch(request);
  });
  const other = scene.open();
  await other.client.login({ username: 'bob', password: 'bob-password' });
  await atRest(scene);
  const bobs = scene.profile.stored.get('latchkey') ?? '';
  other.kill();
  scene.profile.stored.clear();
  const { client, heard } = scene.open();
  await client.login({ username: 'ada', password: 'ada-password' });
  client.subscribe((_, { type }) => type === 'user-changed' && void client.logout());
  // Written by a tab of which no word has come yet.
  scene.profile.stored.set('latchkey', bobs);
  expect((await client.fetch('me')).status).toBe(401);
  expect(carried).toEqual([false]);
  expect(heard).toEqual(['signed-in', 'user-changed', 'signed-out']);
});
