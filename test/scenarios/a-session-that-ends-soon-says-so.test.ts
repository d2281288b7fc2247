import { expect, it } from 'vitest';
import { atRest, createScene, live, type Scene, type SceneTab } from '../support/scene.ts';

// Kind: what a page should show for as long as it lasts is only told once, so that a page that was not there then never knows.

const minute = 60_000;
const expiring = ({ client }: SceneTab) => (client.session.status === 'signed-in' ? client.session.expiring : null);
const ada = { username: 'ada', password: 'ada-password' };

/** Signed in, with so many milliseconds left of the week. */
async function lastMinutes(left: number): Promise<Scene & { tab: SceneTab }> {
  const scene = createScene();
  const tab = scene.open();
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.clock.advance(7 * 24 * 60 * minute - left);
  return Object.assign(scene, { tab });
}

it('a page that is loaded again in the last two minutes knows it from the first line on, and is told once (OC16)', async () => {
  const scene = await lastMinutes(minute);
  expect(expiring(scene.tab)).toBe(true);
  scene.tab.kill();
  const page = scene.open();
  expect(expiring(page)).toBe(true);
  const { session } = page.client;
  await live(scene, 3_000);
  expect(page.heard).toEqual(['session-expiring']);
  expect(page.events[0]).toMatchObject({ origin: 'this-tab', msLeft: minute });
  expect(page.client.session).toBe(session);
  page.client.subscribe(() => {});
  page.signal({ type: 'visible' });
  await live(scene, 3_000);
  expect(page.heard).toEqual(['session-expiring']);
});

it('a page that is loaded earlier is told when the time comes, by event and by state at once (OC16)', async () => {
  const scene = await lastMinutes(2 * minute + 1);
  const { tab } = scene;
  expect(expiring(tab)).toBe(false);
  const { session } = tab.client;
  const states: unknown[] = [];
  tab.client.subscribe((now, { type }) => void states.push([type, now.status === 'signed-in' && now.expiring]));
  scene.server.clock.advance(1);
  expect(states).toEqual([['session-expiring', true]]);
  expect(tab.client.session).not.toBe(session);
  expect(tab.client.session).toBe(tab.client.session);
});

it('it is read rightly before any timer has fired, as after a sleep, and told at the next look (OC16)', async () => {
  const scene = await lastMinutes(10 * minute);
  const { tab } = scene;
  tab.freeze();
  scene.server.clock.advance(9 * minute);
  expect(expiring(tab)).toBe(true);
  expect(tab.client.session).toBe(tab.client.session);
  tab.thaw();
  await atRest(scene);
  expect(tab.heard.filter((type) => type === 'session-expiring')).toHaveLength(1);
});

it('a refresh in one tab ends it in all, and each is told (OC16)', async () => {
  const scene = await lastMinutes(minute);
  const other = scene.open();
  await live(scene, 1_000);
  expect([expiring(scene.tab), expiring(other)]).toEqual([true, true]);
  await other.client.refresh();
  await live(scene, 1_000);
  expect([expiring(scene.tab), expiring(other)]).toEqual([false, false]);
  for (const { heard } of [scene.tab, other]) expect(heard.slice(-2)).toEqual(['token-refreshed', 'session-extended']);
});

it('a session that lapses is no longer about to, and a new login is not, either (OC16)', async () => {
  const scene = await lastMinutes(minute);
  const { tab } = scene;
  scene.server.clock.advance(minute);
  expect(tab.client.session.status).toBe('lapsed');
  expect(tab.client.session).not.toHaveProperty('expiring');
  await tab.client.login(ada);
  expect(expiring(tab)).toBe(false);
  await live(scene, minute);
  expect(tab.heard.filter((type) => type === 'session-expiring')).toHaveLength(1);
});

it('the end of the three months counts as well, and no refresh moves it (OC16)', async () => {
  const scene = createScene();
  const tab = scene.open();
  tab.client.adoptTokens({ ...(await scene.server.seedSession('ada')), authorization_expires_in: 60 });
  expect(expiring(tab)).toBe(true);
  scene.open().client.subscribe(() => {});
  await live(scene, 1_000);
  expect(tab.heard).toEqual(['signed-in', 'session-expiring']);
});

for (const [what, open] of Object.entries({
  'handed over': async ({ client }: SceneTab, { server }: Scene) => {
    client.adoptTokens(await server.seedSession('ada'));
  },
  'of a login': async ({ client }: SceneTab) => {
    await client.login(ada);
  },
})) {
  it(`a session ${what} whose window is shorter than the warning is expiring from its first moment on (OC16)`, async () => {
    const scene = createScene({ policy: { refreshWindow: minute, accessTtl: minute / 2 } });
    const tab = scene.open();
    await open(tab, scene);
    expect(expiring(tab)).toBe(true);
    await live(scene, 2_000);
    expect(tab.heard).toEqual(['signed-in', 'session-expiring']);
    tab.kill();
    const page = scene.open();
    expect(expiring(page)).toBe(true);
    await live(scene, 1_000);
    expect(page.heard).toEqual(['session-expiring']);
  });
}

it('without a warning (`warnBefore: 0`) nothing is ever said to be expiring (OC16)', async () => {
  const scene = createScene();
  const tab = scene.open({ warnBefore: 0 });
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  scene.server.clock.advance(7 * 24 * 60 * minute - 1);
  expect(expiring(tab)).toBe(false);
  scene.server.clock.advance(1);
  expect(tab.heard).toEqual(['signed-in', 'lapsed']);
});

it('a clock that is set back takes the warning back, by event and by state (OC16)', async () => {
  const scene = createScene();
  const { options } = scene.profile.openTab();
  let skew = 0;
  const now = () => scene.server.clock.now() + skew;
  const tab = scene.open({ platform: { ...options.platform, now } });
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  await atRest(scene);
  skew = 7 * 24 * 60 * minute - minute;
  expect(expiring(tab)).toBe(true);
  await live(scene, 15 * minute, minute);
  skew = 0;
  expect(expiring(tab)).toBe(false);
});

it('a session without limits is never expiring (OC16)', async () => {
  const scene = createScene();
  const tab = scene.open({ warnBefore: 400 * 24 * 60 * minute });
  const tokens = await scene.server.seedSession('ada');
  tab.client.adoptTokens({ access_token: tokens.access_token, refresh_token: tokens.refresh_token });
  expect(expiring(tab)).toBe(false);
});
