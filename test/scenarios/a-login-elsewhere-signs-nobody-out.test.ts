import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live } from '../support/scene.ts';

/** Ada is signed in in two tabs; Bob logs in in the first, and the second hears of it while its storage still shows Ada. */
async function heardBeforeSeen(channels = true) {
  const scene = createScene({ clock: manualClock() });
  const first = scene.open();
  first.client.adoptTokens(await scene.server.seedSession('ada'));
  const { options } = scene.profile.openTab({ channels });
  const before = scene.profile.stored.get('latchkey') ?? null;
  const lag = { isOver: false };
  const storage = {
    ...options.storage,
    getItem: (key: string) => (!lag.isOver && key === 'latchkey' ? before : options.storage.getItem(key)),
  };
  const second = scene.open({ platform: options.platform, storage });
  await first.client.login({ username: 'bob', password: 'bob-password' });
  await atRest(scene);
  expect(second.client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
  return { scene, second, lag };
}

it.each([20, 200])(
  'a tab that hears of a login %d ms before its storage shows it never tells that nobody is signed in (M10)',
  async (milliseconds) => {
    const { scene, second, lag } = await heardBeforeSeen();
    await live(scene, milliseconds - 10, 10);
    lag.isOver = true;
    await live(scene, 30, 10);
    expect(second.client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'bob' } });
    expect(second.heard).toEqual(['user-changed']);
  },
);

it('a tab whose storage never shows the login it heard of uses the session before it for a moment only (M10)', async () => {
  const { scene, second } = await heardBeforeSeen();
  await live(scene, 400, 20);
  expect(second.client.session.status).toBe('signed-out');
  expect((await second.client.fetch('me')).status).toBe(401);
  expect(scene.server.requests.at(-1)).toMatchObject({ endpoint: 'me', accessToken: null });
});

it('a page that is closed before it sees the login it heard of clears nothing away (M10)', async () => {
  const { scene, second } = await heardBeforeSeen();
  const record = scene.stored();
  second.client.dispose();
  await live(scene, 400, 20);
  expect(scene.stored()).toEqual(record);
});

it('a tab that missed what was said of a login takes it from the logout noted for the session before (M10, N2)', async () => {
  const { scene, second } = await heardBeforeSeen(false);
  await live(scene, 400, 20);
  expect(second.client.session.status).toBe('signed-out');
});
