import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene } from '../support/scene.ts';

it('a tab that hears of a login before its storage shows it never tells that nobody is signed in (M10)', async () => {
  const scene = createScene({ clock: manualClock() });
  const first = scene.open();
  first.client.adoptTokens(await scene.server.seedSession('ada'));
  const { options } = scene.profile.openTab();
  const before = scene.profile.stored.get('latchkey') ?? null;
  let isBehind = true;
  const storage = {
    ...options.storage,
    getItem: (key: string) => (isBehind && key === 'latchkey' ? before : options.storage.getItem(key)),
  };
  const second = scene.open({ platform: options.platform, storage });
  await first.client.login({ username: 'bob', password: 'bob-password' });
  await atRest(scene);
  expect(second.client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
  isBehind = false;
  scene.server.clock.advance(20);
  await atRest(scene);
  expect(second.client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'bob' } });
  expect(second.heard).toEqual(['user-changed']);
});
