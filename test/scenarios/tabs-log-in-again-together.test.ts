import { expect, it, vi } from 'vitest';
import { atRest, createScene, type SceneTab } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };
const bob = { username: 'bob', password: 'bob-password' };

/** Two tabs of Ada, whose session has lapsed; each shows a dialog that nobody has answered yet, and waits with a request. */
async function openWaitingTabs() {
  const scene = createScene();
  const asked: string[] = [];
  const dialog = (name: string) => () => {
    asked.push(name);
    return new Promise<void>(() => {});
  };
  const tabs = ['first', 'second'].map((name) => scene.open({ onLoginRequired: dialog(name) })) as [SceneTab, SceneTab];
  tabs[0].client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.clock.advance('8d');
  const waiting = tabs.map(({ client }) => client.fetch('echo', { method: 'POST', body: 'kept' }));
  for (const request of waiting) request.catch(() => {});
  await atRest(scene);
  expect(asked).toEqual(['first', 'second']);
  return { scene, tabs, waiting };
}

it('one login lets the requests of all tabs go on, with their bodies, and closes every dialog (F3)', async () => {
  const { scene, tabs, waiting } = await openWaitingTabs();
  const heard = tabs.map((tab) => tab.heard.length);
  await tabs[1].client.login(ada);
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
  expect(scene.count('echo')).toBe(2);
  expect(scene.count('login')).toBe(1);
  // What a dialog closes on.
  for (const [n, tab] of tabs.entries()) expect(tab.heard.slice(heard[n])).toEqual(['signed-in']);
});

it('another user lets none of them go on (F3)', async () => {
  const { scene, tabs, waiting } = await openWaitingTabs();
  await tabs[0].client.login(bob);
  for (const request of waiting) await expect(request).rejects.toMatchObject({ name: 'SessionChangedError' });
  expect(scene.count('echo')).toBe(0);
});

it('a wrong password leaves them waiting, and the right one lets them go on (F3)', async () => {
  const { tabs, waiting, scene } = await openWaitingTabs();
  await expect(tabs[0].client.login({ ...ada, password: 'guess' })).rejects.toMatchObject({ name: 'LoginFailedError' });
  await atRest(scene);
  expect(scene.count('echo')).toBe(0);
  await tabs[0].client.login(ada);
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
});

it('a token for a socket waits like a request, and so does what is cancelled not (F2, F3)', async () => {
  const { tabs, scene } = await openWaitingTabs();
  const token = tabs[0].client.getAccessToken({ minValidity: 60_000 });
  const cancel = new AbortController();
  const cancelled = expect(tabs[1].client.fetch('me', { signal: cancel.signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  cancel.abort();
  await cancelled;
  await tabs[1].client.login(ada);
  expect(await token).toBe(scene.stored().accessToken);
  expect(scene.count('me')).toBe(0);
});

it('after a refused refresh, too, and the reason is told to both tabs (F3, F4)', async () => {
  const scene = createScene();
  const ask = vi.fn(() => new Promise<void>(() => {}));
  const tab = scene.open({ onLoginRequired: ask });
  const other = scene.open();
  const tokens = await scene.server.seedSession('ada');
  tab.client.adoptTokens(tokens);
  await atRest(scene);
  await scene.server.sessions.revoke(tokens.sid ?? '');
  const waiting = tab.client.fetch('me');
  await atRest(scene);
  expect(ask).toHaveBeenCalledTimes(1);
  for (const { client } of [tab, other]) {
    expect(client.session).toMatchObject({ status: 'signed-out', reason: expect.stringMatching(/revoked|rejected/) });
  }
  await other.client.login(ada);
  expect((await waiting).status).toBe(200);
});
