import { expect, it, vi } from 'vitest';
import { signedIn } from '../support/scene.ts';

it('logging in over a lapsed session ends the old one on the server too', async () => {
  const { server, client, stored, profile } = await signedIn();
  const old = stored().sid;
  server.clock.advance('8d');
  await client.login({ username: 'ada', password: 'ada-password' });
  await vi.waitFor(async () => {
    const sessions = await server.sessions.list('ada');
    expect(sessions.map(({ sid, revokedAt }) => [sid === old, revokedAt !== null])).toEqual([
      [true, true],
      [false, false],
    ]);
  });
  expect((await client.fetch('me')).status).toBe(200);
  expect([...profile.stored.keys()]).toEqual(['latchkey']);
});

it('a wrong password leaves the session that is there untouched (R8)', async () => {
  const { client, profile, count } = await signedIn();
  const before = profile.stored.get('latchkey');
  await expect(client.login({ username: 'bob', password: 'wrong-password' })).rejects.toMatchObject({
    name: 'LoginFailedError',
    code: 'ERR_LOGIN_FAILED',
    error: 'invalid_grant',
    status: 400,
    retryable: false,
  });
  expect(profile.stored.get('latchkey')).toBe(before);
  expect(count('refresh')).toBe(0);
  expect((await client.fetch('me')).status).toBe(200);
});
