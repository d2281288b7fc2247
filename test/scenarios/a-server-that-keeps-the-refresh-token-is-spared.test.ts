import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live, openUnaware, type Scene } from '../support/scene.ts';

const pair = { access_token: 'access-0', refresh_token: 'kept-by-the-server', expires_in: 1200, sid: 'session' };

/** A server that answers each refresh with another access token and nothing else. */
function keepingScene(delayOf: (count: number) => number): { scene: Scene; refreshes: () => number } {
  let refreshes = 0;
  const scene = createScene({ clock: manualClock() }, () => async (input, init) => {
    if (!new Request(input, init).url.endsWith('/refresh')) return new Response('{}');
    const count = ++refreshes;
    await new Promise<void>((answer) => scene.server.clock.setTimer(answer, delayOf(count)));
    return Response.json({ access_token: `access-${count}`, expires_in: 1200 });
  });
  return { scene, refreshes: () => refreshes };
}

for (const channels of [true, false]) {
  it(`five tabs ${channels ? '' : 'that do not hear each other '}refresh once where the refresh token stays the same (M1)`, async () => {
    const { scene, refreshes } = keepingScene(() => 100);
    const tabs = Array.from({ length: 5 }, () => scene.open({}, { channels }));
    tabs[0]?.client.adoptTokens(pair);
    await atRest(scene);
    scene.server.clock.advance('20m');
    const tokens = tabs.map(({ client }) => client.getAccessToken());
    await live(scene, 2000, 10);
    expect(await Promise.all(tokens)).toEqual(Array(5).fill('access-1'));
    expect(refreshes()).toBe(1);
  });
}

it('an old answer does not replace a newer access token where the refresh token stays the same (M2)', async () => {
  const { scene } = keepingScene((count) => (count === 1 ? 5000 : 0));
  const [slow, quick] = [scene.open({}, { locks: false }), openUnaware(scene)];
  slow.client.adoptTokens(pair);
  await atRest(scene);
  scene.server.clock.advance('20m');
  const late = slow.client.getAccessToken();
  await atRest(scene);
  slow.freeze();
  scene.server.clock.advance(1000);
  const early = quick.client.getAccessToken();
  await live(scene, 1000, 100);
  expect(await early).toBe('access-2');
  await live(scene, 5000, 500);
  slow.thaw();
  await live(scene, 1000, 100);
  expect(await late).toBe('access-2');
  expect(scene.stored().accessToken).toBe('access-2');
});
