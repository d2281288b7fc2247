import { expect, it } from 'vitest';
import { atRest, createScene } from '../support/scene.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** A tab on a device whose clock is wrong by `device.skew` milliseconds, which may change at any time. */
function adrift() {
  const scene = createScene();
  const device = { skew: 0 };
  const { options } = scene.profile.openTab();
  const now = () => scene.server.clock.now() + device.skew;
  return { scene, device, tab: scene.open({ platform: { ...options.platform, now } }) };
}

for (const [name, skew] of Object.entries({
  '10 minutes ahead': 10 * minute,
  '10 minutes behind': -10 * minute,
  '1 day ahead': day,
  '1 day behind': -day,
  '1 year ahead': 365 * day,
  '1 year behind': -365 * day,
})) {
  it(`a clock ${name} refreshes as often as a right one, and sees no 401 (T2, TST-21)`, async () => {
    const scene = createScene();
    const { client, heard } = scene.open({}, { skew });
    client.adoptTokens(await scene.server.seedSession('ada'));
    for (let request = 0; request < 20; request++) {
      expect((await client.fetch('me')).status).toBe(200);
      // A refresh behind the request ends before time goes on.
      await atRest(scene);
      scene.server.clock.advance('3m');
    }
    expect(scene.count('refresh')).toBeGreaterThanOrEqual(2);
    expect(scene.count('refresh')).toBeLessThanOrEqual(4);
    expect(scene.server.requests.filter(({ status }) => status === 401)).toHaveLength(0);
    expect(heard).not.toContain('lapsed');
    scene.server.clock.advance('8d');
    await expect(client.fetch('me')).rejects.toMatchObject({ name: 'LoginRequiredError' });
    expect(client.session.status).toBe('lapsed');
  });
}

for (const jump of [2 * 60 * minute, -2 * 60 * minute, -365 * day]) {
  it(`a clock that is set by ${jump / minute} minutes in the middle of a session ends nothing (T2)`, async () => {
    const { scene, tab, device } = adrift();
    const { client } = tab;
    client.adoptTokens(await scene.server.seedSession('ada'));
    for (let request = 0; request < 20; request++) {
      if (request === 7) device.skew = jump;
      expect((await client.fetch('me')).status).toBe(200);
      scene.server.clock.advance('3m');
    }
    expect(scene.count('refresh')).toBeLessThanOrEqual(4);
    expect(scene.server.requests.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(1);
    expect(client.session.status).toBe('signed-in');
  });
}

it('a clock that was a year behind at login and is set right ends nothing (T2)', async () => {
  const scene = createScene();
  let skew = -365 * day;
  const { options } = scene.profile.openTab();
  const { client, heard } = scene.open({
    platform: { ...options.platform, now: () => scene.server.clock.now() + skew },
  });
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('2d');
  skew = 0;
  expect((await client.fetch('me')).status).toBe(200);
  expect(heard).not.toContain('lapsed');
  expect(scene.count('refresh')).toBe(1);
});

it('a clock that jumps ahead by a year lapses nothing for good: set back, the session goes on', async () => {
  const { scene, tab, device } = adrift();
  const { client } = tab;
  client.adoptTokens(await scene.server.seedSession('ada'));
  device.skew = 365 * day;
  expect(client.session.status).toBe('lapsed');
  device.skew = 0;
  expect(client.session.status).toBe('signed-in');
  expect((await client.fetch('me')).status).toBe(200);
});

it('a clock that is set back after three refreshes that did not help holds up no later one (T2, R3)', async () => {
  const { scene, tab, device } = adrift();
  const { client } = tab;
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.faults.next('echo', { status: 401 }, 6);
  for (const method of ['GET', 'POST', 'PUT']) expect((await client.fetch('echo', { method })).status).toBe(401);
  expect(scene.count('refresh')).toBe(3);
  device.skew = -2 * 60 * minute;
  await scene.server.keys.rotate({ immediately: true });
  expect((await client.fetch('me')).status).toBe(200);
  expect(scene.count('refresh')).toBe(4);
});
