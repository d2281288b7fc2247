import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live, openUnaware } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };
const bob = { username: 'bob', password: 'bob-password' };

const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (answer) => (answer instanceof Response ? answer.status : 'done'),
    ({ name }: Error) => name,
  );

for (const [what, fault] of [
  ['meets a 503', { status: 503, delay: 1000 }],
  ['is told to wait for an hour', { status: 429, headers: { 'retry-after': '3600' }, delay: 1000 }],
  ['is never answered', { never: true }],
] as const) {
  it(`a refresh that ${what} while another tab stores a pair uses that pair, and stops nobody (M2, N6)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const [failing, well] = [scene.open(), openUnaware(scene)];
    await failing.client.login(ada);
    await atRest(scene);
    scene.server.clock.advance('20m');
    scene.server.faults.next('refresh', fault);
    const late = outcomeOf(failing.client.fetch('me'));
    await atRest(scene);
    expect((await well.client.fetch('me')).status).toBe(200);
    await live(scene, 20_000, 500);
    expect(await late).toBe(200);
    expect(failing.heard).not.toContain('refresh-failed');
    expect([...scene.profile.stored.keys()]).toEqual(['latchkey']);
    expect((await well.client.refresh()).status).toBe('signed-in');
  });
}

it('a tab frozen in the middle of its refresh for longer than a refresh may take goes on with the pair of another (M3, N7)', async () => {
  const scene = createScene({ clock: manualClock() });
  const [frozen, awake] = [scene.open(), scene.open()];
  await frozen.client.login(ada);
  await atRest(scene);
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  const late = outcomeOf(frozen.client.fetch('me'));
  await atRest(scene);
  frozen.freeze();
  const other = outcomeOf(awake.client.fetch('me'));
  await live(scene, 60_000, 1000);
  expect(await other).toBe(200);
  frozen.thaw();
  await live(scene, 5000, 250);
  expect(await late).toBe(200);
  for (const { heard } of [frozen, awake]) expect(heard).not.toContain('refresh-failed');
});

for (const [who, name] of [
  [null, 'NotSignedInError'],
  [bob, 'SessionChangedError'],
] as const) {
  it(`a refresh that meets a 503 after a logout${who ? ' and a login' : ''} is a ${name}, and no failure (R2, X1)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const { client, heard } = scene.open();
    await client.login(ada);
    scene.server.clock.advance('20m');
    scene.server.faults.next('refresh', { status: 503, delay: 1000 });
    const calls = [client.refresh(), client.fetch('me'), client.api.get('me', { retry: 2 })].map(outcomeOf);
    await atRest(scene);
    await client.logout();
    if (who) await client.login(who);
    await live(scene, 5000, 250);
    expect(await Promise.all(calls)).toEqual([name, name, name]);
    expect(heard).not.toContain('refresh-failed');
    expect(scene.count('refresh')).toBe(1);
  });
}
