import { expect, it, vi } from 'vitest';
import { signedIn } from '../support/scene.ts';

// The list of sessions wants a login that is not older than ten minutes (RFC 9470).
const path = 'auth/sessions';
const challenge = /error="?insufficient_user_authentication"?/;

it('a demand for a fresh login causes no refresh and ends nothing; the answer is the caller’s (F11)', async () => {
  const { server, client, count, tab, stored } = await signedIn({}, { onLoginRequired: () => expect.unreachable() });
  server.clock.advance('15m');
  const before = stored();
  const response = await client.fetch(path);
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toMatch(challenge);
  await expect(client.api.get(path)).rejects.toMatchObject({ name: 'HTTPError' });
  expect(count('refresh')).toBe(0);
  expect(stored()).toEqual(before);
  expect(tab.heard).toEqual([]);
  expect((await client.fetch('me')).status).toBe(200);
});

it('not even when the access token is refreshed for it first (F11)', async () => {
  const { server, client, count } = await signedIn();
  server.clock.advance('25m');
  expect((await client.fetch(path)).status).toBe(401);
  expect(count('refresh')).toBe(1);
  expect((await client.fetch(path)).status).toBe(401);
  expect(count('refresh')).toBe(1);
});

it('a login of the same user in place is the step up: the next try succeeds, and nobody else took over (F11)', async () => {
  const { server, client, tab } = await signedIn();
  server.clock.advance('15m');
  expect((await client.fetch(path)).status).toBe(401);
  await client.login({ username: 'ada', password: 'ada-password' });
  expect((await client.fetch(path)).status).toBe(200);
  expect(tab.heard).toContain('signed-in');
  expect(tab.heard).not.toContain('user-changed');
  // The session before is ended on the server, too.
  await vi.waitFor(async () => {
    expect((await server.sessions.list('ada')).filter(({ revokedAt }) => revokedAt === null)).toHaveLength(1);
  });
});
