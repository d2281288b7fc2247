import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, signedIn } from '../support/scene.ts';

it('a logout that the server never answers settles in time, and the tab is signed out at once (L1, L2)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client } = scene.open();
  await client.login({ username: 'ada', password: 'ada-password' });
  scene.server.faults.next('logout', { never: true });
  const leaving = client.logout();
  expect(client.session).toEqual({ status: 'signed-out', reason: 'logout' });
  await live(scene, 5000, 500);
  expect(await leaving).toEqual({ local: 'cleared', server: 'pending' });
  await live(scene, 60_000, 1000);
  expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
  expect(scene.profile.stored.size).toBe(0);
});

it('a logout whose answer is lost is said again, and the server says that it knows (L2)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client, events } = scene.open();
  await client.login({ username: 'ada', password: 'ada-password' });
  scene.server.faults.next('logout', { loseResponse: true });
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'pending' });
  await live(scene, 20_000, 500);
  expect(events.at(-1)).toMatchObject({ type: 'revocation-delivered', server: 'already-revoked' });
  expect(scene.profile.stored.size).toBe(0);
  expect(scene.count('logout')).toBe(2);
});

it('three requests that fail and each lead the application to log out are one logout and one event (L1)', async () => {
  const { server, client, count, tab, stored } = await signedIn();
  await server.sessions.revoke(stored().sid);
  server.faults.next('refresh', { status: 401 }, Number.POSITIVE_INFINITY);
  const gaveUp = [client.fetch('me'), client.api.get('me'), client.fetch('echo')].map((request) =>
    request.catch(() => client.logout()),
  );
  await Promise.all(gaveUp);
  expect(count('logout')).toBeLessThanOrEqual(1);
  expect(count('refresh')).toBe(1);
  expect(tab.heard).toEqual(['signed-out']);
});

it('an application that logs out on every 401 does so once (L1)', async () => {
  const scene = await signedIn();
  const { server, client, count, tab } = scene;
  server.faults.next('me', { status: 403 }, Number.POSITIVE_INFINITY);
  const responses = await Promise.all([1, 2, 3].map(() => client.fetch('me')));
  const results = await Promise.all(responses.map(() => client.logout()));
  expect(results).toEqual(Array(3).fill({ local: 'cleared', server: 'revoked' }));
  expect(count('logout')).toBe(1);
  expect(count('refresh')).toBe(0);
  expect(tab.heard).toEqual(['signed-out']);
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'already-revoked' });
  expect(count('logout')).toBe(1);
});

for (const [what, prepare] of Object.entries({
  'revoked on the server': ({ server, stored }) => server.sessions.revoke(stored().sid),
  'three months old': async ({ server }) => void server.clock.advance('91d'),
  'of a week ago': async ({ server }) => void server.clock.advance('8d'),
  'of which the access token has expired': async ({ server }) => void server.clock.advance('21m'),
} satisfies Record<string, (scene: Awaited<ReturnType<typeof signedIn>>) => Promise<unknown>>)) {
  it(`a logout with a pair ${what} is one request with exactly that pair, no refresh, and empties storage (L1)`, async () => {
    const sent: string[] = [];
    const scene = await signedIn();
    const { options } = scene.profile.openTab();
    const tab = scene.open({
      fetch: async (input, init) => {
        const request = new Request(input, init);
        sent.push(`${new URL(request.url).pathname} ${await request.clone().text()}`);
        return options.fetch(request);
      },
    });
    await prepare(scene);
    const { accessToken, refreshToken } = scene.stored();
    const result = await tab.client.logout();
    expect(['revoked', 'already-revoked']).toContain(result.server);
    expect(sent).toEqual([
      `/auth/logout ${new URLSearchParams({ access_token: accessToken, refresh_token: refreshToken })}`,
    ]);
    expect(scene.count('refresh')).toBe(0);
    await atRest(scene);
    expect(scene.profile.stored.size).toBe(0);
    expect((await scene.server.sessions.list('ada')).every(({ revokedAt }) => revokedAt !== null)).toBe(true);
  });
}

for (const jump of [-86_400_000, 86_400_000, -365 * 86_400_000]) {
  it(`a clock set by ${jump / 86_400_000} days before an offline logout delays its delivery by no more than seconds (L2, T2)`, async () => {
    const scene = createScene({ clock: manualClock() });
    let skew = 0;
    const { options } = scene.profile.openTab();
    const tab = scene.open({ platform: { ...options.platform, now: () => scene.server.clock.now() + skew } });
    await tab.client.login({ username: 'ada', password: 'ada-password' });
    skew = jump;
    scene.server.faults.next('logout', { networkError: true });
    expect(await tab.client.logout()).toEqual({ local: 'cleared', server: 'pending' });
    // And set right again while it waits.
    skew = 0;
    await live(scene, 30_000, 500);
    expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
    expect(scene.profile.stored.size).toBe(0);
  });
}

it('a lapsed session can be logged out in another tab, and every tab hears of it once (L1, M5)', async () => {
  const scene = createScene();
  const tabs = [scene.open(), scene.open(), scene.open({}, { visible: false })] as const;
  tabs[0].client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.clock.advance('8d');
  await atRest(scene);
  for (const { client, heard } of tabs) {
    expect(client.session).toMatchObject({ status: 'lapsed', reason: 'window-passed' });
    expect(heard.filter((type) => type === 'lapsed')).toHaveLength(1);
  }
  expect(await tabs[2].client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
  await vi.waitFor(() => expect(tabs.every(({ heard }) => heard.at(-1) === 'signed-out')).toBe(true));
  expect(scene.count('logout')).toBe(1);
  expect(scene.count('refresh')).toBe(0);
});

it('tickets of two sessions logged out without a network are both delivered, and a third session is left alone (L2)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client } = scene.open();
  for (const username of ['ada', 'bob']) {
    await client.login({ username, password: `${username}-password` });
    scene.server.faults.next('logout', { networkError: true });
    expect((await client.logout()).server).toBe('pending');
  }
  await client.login({ username: 'ada', password: 'ada-password' });
  await live(scene, 30_000, 500);
  expect((await scene.server.sessions.list('bob'))[0]?.revokedAt).not.toBeNull();
  expect((await scene.server.sessions.list('ada')).map(({ revokedAt }) => revokedAt === null)).toEqual([false, true]);
  expect((await client.fetch('me')).status).toBe(200);
  expect([...scene.profile.stored.keys()]).toEqual(['latchkey']);
});
