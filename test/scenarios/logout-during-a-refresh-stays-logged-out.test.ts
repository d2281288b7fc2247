import { expect, it, vi } from 'vitest';
import { createScene } from '../support/scene.ts';

for (const where of ['the same tab', 'another tab']) {
  it(`a refresh that completes after a logout in ${where} signs nobody in, and its pair is dead (R2)`, async () => {
    const scene = createScene();
    const tab = scene.open();
    const other = where === 'the same tab' ? tab : scene.open();
    tab.client.adoptTokens(await scene.server.seedSession('ada'));
    scene.server.clock.advance('20m');
    scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
    const waiting = expect(tab.client.refresh()).rejects.toMatchObject({ name: 'NotSignedInError' });
    await vi.waitFor(async () => expect((await scene.server.sessions.list())[0]?.generation).toBe(2));
    await other.client.logout();
    scene.server.clock.advance(1000);
    await waiting;
    await vi.waitFor(() => expect(scene.profile.stored.size).toBe(0));
    expect(tab.heard.filter((type) => type !== 'signed-in')).toEqual(['signed-out']);
    expect(tab.client.session.status).toBe('signed-out');
    const [session] = await scene.server.sessions.list('ada');
    expect(session?.revokedAt).not.toBeNull();
  });
}

it('a login before the old answer lands is left alone (R2)', async () => {
  const scene = createScene();
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
  const waiting = expect(client.refresh()).rejects.toMatchObject({ name: 'SessionChangedError' });
  await vi.waitFor(() => expect(scene.server.requests.at(-1)?.endpoint).toBe('refresh'));
  await client.logout();
  await client.login({ username: 'ada', password: 'ada-password' });
  const record = scene.stored();
  scene.server.clock.advance(1000);
  await waiting;
  expect(scene.stored()).toEqual(record);
  expect((await client.fetch('me')).status).toBe(200);
});
