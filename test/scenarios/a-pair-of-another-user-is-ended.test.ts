import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live, type Scene } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };

const answer = (tokens: unknown) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(tokens),
});

/** Whether each session of that user has been revoked, the oldest first. */
const areRevoked = async ({ server }: Scene, user: string): Promise<boolean[]> =>
  (await server.sessions.list(user)).map(({ revokedAt }) => revokedAt !== null);

for (const [what, lost] of Object.entries({ 'at once': 0, 'by its ticket when the first try is lost': 1 })) {
  it(`a pair of another user that answers a refresh is ended on the server by its own name, ${what} (X1, L2)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const { client, heard } = scene.open();
    await client.login(ada);
    scene.server.clock.advance('20m');
    scene.server.faults.next('refresh', answer(await scene.server.seedSession('bob')));
    if (lost) scene.server.faults.next('logout', { networkError: true }, lost);
    await expect(client.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError', error: 'user-changed' });
    await live(scene, 20_000, 500);
    expect(await areRevoked(scene, 'bob')).toEqual([true]);
    expect(scene.count('logout')).toBe(1 + lost);
    if (lost) expect(heard.at(-1)).toBe('revocation-delivered');
    expect(scene.profile.stored.size).toBe(0);
  });
}

it('a pair of another user that comes after a new login does not make the logout before it forgotten: both end on the server (X1, L2)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client, heard } = scene.open();
  await client.login(ada);
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { delay: 1000, ...answer(await scene.server.seedSession('bob')) });
  const request = expect(client.fetch('me')).rejects.toMatchObject({ name: 'SessionChangedError' });
  await atRest(scene);
  scene.server.faults.next('logout', { networkError: true }, 2);
  await client.login(ada);
  const record = scene.stored();
  scene.server.clock.advance(1000);
  await request;
  await live(scene, 30_000, 500);
  expect(await areRevoked(scene, 'bob')).toEqual([true]);
  expect(await areRevoked(scene, 'ada')).toEqual([true, false]);
  expect(scene.count('logout')).toBe(4);
  expect(scene.stored()).toEqual(record);
  expect(heard).not.toContain('refresh-failed');
  expect([...scene.profile.stored.keys()]).toEqual(['latchkey']);
});
