import type { AuthClient } from '@latchkey/client';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, type SceneTab, signedIn } from '../support/scene.ts';

/** Everything an application can do that needs a token, several times over; gives what came of each. */
const everything = ({ client }: { client: AuthClient }, times: number): Promise<unknown>[] =>
  Array.from({ length: times }, () => [
    client.fetch('me').then(({ status }) => status),
    client.api.get('me', { retry: 0 }).then(({ status }) => status),
    client.api
      .get('me', { retry: 0 })
      .json<{ sub: string }>()
      .then(({ sub }) => sub),
    client.getAccessToken().then(() => 'token'),
    client.refresh().then(({ status }) => status),
  ]).flat();
const allWell = (times: number): unknown[] => Array(times).fill([200, 200, 'ada', 'token', 'signed-in']).flat();

for (const renew of ['on-use', 'while-visible'] as const) {
  it(`fetch, client.api, getAccessToken, refresh, a page in view and a network that is back are one refresh, renewing ${renew} (R1)`, async () => {
    const { server, client, tab, count } = await signedIn({ policy: { replayWindow: 0 } }, { renew });
    tab.hide();
    server.clock.advance('20m');
    const results = everything(tab, 10);
    tab.show();
    tab.signal({ type: 'online' });
    server.clock.advance(0);
    expect(await Promise.all(results)).toEqual(allWell(10));
    tab.hide();
    tab.show();
    expect((await client.fetch('me')).status).toBe(200);
    expect(count('refresh')).toBe(1);
    expect(server.requests.filter(({ status }) => status === 401)).toEqual([]);
  });
}

it('the same with a token that the API has stopped to take: one refresh, and each request is sent once more (R1)', async () => {
  const { server, tab, count } = await signedIn();
  await server.keys.rotate({ immediately: true });
  const requests = Array.from({ length: 25 }, () => [
    tab.client.fetch('me'),
    tab.client.api.get('me', { retry: 0 }),
  ]).flat();
  tab.show();
  expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect(count('refresh')).toBe(1);
  expect(count('me')).toBe(100);
});

it('ten stragglers of client.api that come back one by one, two rotations later, cause no refresh (R1)', async () => {
  const { server, client, count } = await signedIn();
  await server.keys.rotate({ immediately: true });
  for (let late = 1; late <= 10; late++) server.faults.next('me', { delay: late * 100 });
  const stragglers = Promise.all(Array.from({ length: 10 }, () => client.api.get('me', { retry: 0 })));
  await vi.waitFor(() => expect(count('me')).toBe(10));
  await client.refresh({ force: true });
  await client.refresh({ force: true });
  expect(count('refresh')).toBe(2);
  for (let late = 1; late <= 10; late++) {
    server.clock.advance(100);
    await new Promise(setImmediate);
  }
  expect((await stragglers).map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(count('refresh')).toBe(2);
  expect(count('me')).toBe(20);
});

it('a request refused before and another after the refresh of a second tab cost no refresh of their own (R1, M1)', async () => {
  const scene = createScene();
  const [a, b] = [scene.open(), scene.open()];
  a.client.adoptTokens(await scene.server.seedSession('ada'));
  await scene.server.keys.rotate({ immediately: true });
  scene.server.faults.next('me', { delay: 5000 });
  const slow = a.client.fetch('me');
  await vi.waitFor(() => expect(scene.count('me')).toBe(1));
  expect((await b.client.fetch('me')).status).toBe(200);
  scene.server.clock.advance(5000);
  expect((await slow).status).toBe(200);
  expect(scene.count('refresh')).toBe(1);
});

it('eight tabs that do everything at once refresh once a round, and all use the new token (M1)', async () => {
  const scene = createScene({ policy: { replayWindow: 0 } });
  const tabs: SceneTab[] = Array.from({ length: 8 }, () => scene.open());
  tabs[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
  for (let round = 1; round <= 3; round++) {
    scene.server.clock.advance('21m');
    scene.server.faults.next('refresh', { delay: 300 });
    const results = Promise.all(tabs.flatMap((tab) => everything(tab, 2)));
    for (const tab of tabs) tab.show();
    await vi.waitFor(() => expect(scene.count('refresh')).toBe(round));
    scene.server.clock.advance(300);
    await live(scene, 1000, 100);
    expect(await results).toEqual(tabs.flatMap(() => allWell(2)));
    expect(scene.count('refresh')).toBe(round);
    const tokens = new Set(await Promise.all(tabs.map(({ client }) => client.getAccessToken())));
    expect([...tokens]).toEqual([scene.stored().accessToken]);
  }
  for (const { heard } of tabs) expect(heard).not.toContain('signed-out');
});

it('a tab that opens during the refresh of another waits for it and asks for none (M1, I7)', async () => {
  const scene = createScene({ policy: { replayWindow: 0 } });
  const first = scene.open();
  first.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 300 });
  const response = first.client.fetch('me');
  await vi.waitFor(() => expect(scene.count('refresh')).toBe(1));
  const second = scene.open();
  expect(second.client.session).toMatchObject({ status: 'signed-in' });
  const other = second.client.fetch('me');
  await atRest(scene);
  scene.server.clock.advance(300);
  await live(scene, 500, 50);
  expect([(await response).status, (await other).status]).toEqual([200, 200]);
  expect(scene.count('refresh')).toBe(1);
});
