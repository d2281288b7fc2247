import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };
const bob = { username: 'bob', password: 'bob-password' };

for (const where of ['the same tab', 'another tab']) {
  for (const next of [ada, bob]) {
    it(`requests of a session that are refused after its user logged out and ${next.username} logged in, in ${where}, are not sent again (X1)`, async () => {
      const scene = createScene();
      const tab = scene.open();
      const other = where === 'the same tab' ? tab : scene.open();
      await tab.client.login(ada);
      await scene.server.keys.rotate({ immediately: true });
      scene.server.faults.next('echo', { delay: 1000 }, 4);
      const requests = [
        tab.client.fetch('echo', { method: 'DELETE' }),
        tab.client.api.delete('echo'),
        tab.client.fetch(new Request('https://api.test/echo', { method: 'POST', body: 'of Ada' })),
        tab.client.api.post('echo', { json: {}, retry: { limit: 3, methods: ['post'], statusCodes: [401] } }),
      ].map((request) => expect(request).rejects.toMatchObject({ name: 'SessionChangedError' }));
      await vi.waitFor(() => expect(scene.count('echo')).toBe(4));
      await other.client.logout();
      await other.client.login(next);
      scene.server.clock.advance(1000);
      await Promise.all(requests);
      expect(scene.count('echo')).toBe(4);
      expect(scene.count('refresh')).toBe(0);
      expect(await (await tab.client.fetch('me')).json()).toMatchObject({ sub: next.username });
    });
  }

  it(`requests that are refused after a logout in ${where} give their 401, and nobody is signed in (X1, M4)`, async () => {
    const scene = createScene();
    const tab = scene.open();
    const other = where === 'the same tab' ? tab : scene.open();
    await tab.client.login(ada);
    await scene.server.keys.rotate({ immediately: true });
    scene.server.faults.next('me', { delay: 1000 }, 2);
    const requests = [tab.client.fetch('me'), tab.client.api.get('me', { throwHttpErrors: false })];
    await vi.waitFor(() => expect(scene.count('me')).toBe(2));
    await other.client.logout();
    scene.server.clock.advance(1000);
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual([401, 401]);
    expect(scene.count('me')).toBe(2);
    expect(scene.count('refresh')).toBe(0);
    expect(tab.client.session.status).toBe('signed-out');
  });
}

it('a stream that is answered after a login of another user reports that, and is not blamed on the stream (X1, P3)', async () => {
  const scene = createScene();
  const { client } = scene.open();
  await client.login(ada);
  await scene.server.keys.rotate({ immediately: true });
  scene.server.faults.next('echo', { delay: 1000 });
  const body = new Blob(['streamed']).stream();
  const request = expect(
    client.fetch('echo', { method: 'POST', body, duplex: 'half' } as RequestInit),
  ).rejects.toMatchObject({ name: 'SessionChangedError' });
  await vi.waitFor(() => expect(scene.count('echo')).toBe(1));
  await client.login(bob);
  scene.server.clock.advance(1000);
  await request;
  expect(scene.count('echo')).toBe(1);
});

it('a tab that slept through a login of another user tells it before it sends anything, and refreshes that session only (M10, M4)', async () => {
  const scene = createScene({ clock: manualClock() });
  const [awake, asleep] = [scene.open(), scene.open({ renew: 'while-visible' })];
  await awake.client.login(ada);
  await atRest(scene);
  asleep.freeze();
  await awake.client.login(bob);
  scene.server.clock.advance('1h');
  asleep.events.length = 0;
  asleep.thaw();
  const response = asleep.client.fetch('me');
  await live(scene, 1000, 20);
  expect(await (await response).json()).toMatchObject({ sub: 'bob' });
  expect(asleep.events[0]).toMatchObject({ type: 'user-changed', from: 'ada', to: 'bob', origin: 'other-tab' });
  expect(scene.count('refresh')).toBe(1);
});

it('a tab frozen in the middle of a refresh that thaws after a logout signs nobody in (R2, M3)', async () => {
  const scene = createScene({ clock: manualClock() });
  const [frozen, awake] = [scene.open(), scene.open()];
  await frozen.client.login(ada);
  await atRest(scene);
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 500, after: 'commit' });
  const stuck = frozen.client.fetch('me').then(
    ({ status }) => status,
    ({ code }) => code,
  );
  await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
  frozen.freeze();
  await live(scene, 1000, 100);
  expect((await awake.client.logout()).local).toBe('cleared');
  await live(scene, 10_000, 500);
  frozen.thaw();
  await live(scene, 10_000, 500);
  expect(await stuck).toMatch(/ERR_/);
  expect(scene.profile.stored.size).toBe(0);
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
  for (const { client } of [frozen, awake]) expect(client.session.status).toBe('signed-out');
});

it('a page that is reloaded ten times in the middle of its refresh stays signed in (N2)', async () => {
  const scene = createScene({ clock: manualClock() });
  let page = scene.open();
  await page.client.login(ada);
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 300, after: 'commit' }, 10);
  for (let reload = 0; reload < 10; reload++) {
    void page.client.fetch('me').catch(() => {});
    await live(scene, 100, 50);
    page.kill();
    page = scene.open();
  }
  const response = page.client.fetch('me');
  await live(scene, 20_000, 200);
  expect((await response).status).toBe(200);
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).toBeNull();
});

it('the answer to a refresh that comes after the week is over does not bring back what has lapsed without a word (N7, T1)', async () => {
  const scene = createScene({ clock: manualClock() });
  const tab = scene.open();
  await tab.client.login(ada);
  scene.server.clock.advance('6d 23h');
  scene.server.faults.next('refresh', { delay: 7_200_000, after: 'commit' });
  const waiting = expect(tab.client.fetch('me')).rejects.toMatchObject({ name: 'RefreshUnavailableError' });
  await live(scene, 20_000, 1000);
  await waiting;
  scene.server.clock.advance('1h');
  expect(tab.client.session.status).toBe('lapsed');
  scene.server.clock.advance('1h');
  await atRest(scene);
  // The server did extend it: it goes on, and everybody is told.
  const response = tab.client.fetch('me');
  await live(scene, 1000, 100);
  expect((await response).status).toBe(200);
  expect(tab.client.session.status).toBe('signed-in');
  expect(tab.heard.slice(-1)).toEqual(['token-refreshed']);
});

it('a pair that comes late does not end newer tokens of the same session that were handed over meanwhile (N7)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client, heard } = scene.open();
  const tokens = await scene.server.seedSession('ada');
  client.adoptTokens(tokens);
  await atRest(scene);
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  const late = client.refresh().catch(({ name }: Error) => name);
  await atRest(scene);
  client.adoptTokens(tokens);
  await live(scene, 2000, 100);
  expect(await late).toBe('SessionChangedError');
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).toBeNull();
  expect(scene.count('logout')).toBe(0);
  expect(heard).not.toContain('signed-out');
});

for (const when of ['before', 'after']) {
  it(`a tab frozen while it waited for its turn, which comes ${when} it thaws, does not send what has expired meanwhile (T1, M3)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const [sleeper, awake] = [scene.open(), scene.open({}, { locks: false })];
    await sleeper.client.login(ada);
    await atRest(scene);
    scene.server.clock.advance('20m');
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    void scene.profile.locks.request('latchkey:latchkey', () => held);
    await atRest(scene);
    const late = sleeper.client.fetch('me').then(({ status }) => status);
    await atRest(scene);
    sleeper.freeze();
    expect((await awake.client.fetch('me')).status).toBe(200);
    scene.server.clock.advance('30m');
    if (when === 'before') release();
    await atRest(scene);
    sleeper.thaw();
    await live(scene, 100, 50);
    release();
    await live(scene, 5000, 250);
    expect(await late).toBe(200);
    expect(scene.server.requests.filter(({ endpoint }) => endpoint === 'me').map(({ status }) => status)).toEqual([
      200, 200,
    ]);
  });
}
