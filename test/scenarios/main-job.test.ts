import { createAuthClient } from '@latchkey/client';
import { createAuthServer, platformOf } from '@latchkey/mock-server';
import { createHandlers } from '@latchkey/mock-server/msw';
import { expect, it } from 'vitest';
import { network } from '../support/network.ts';

const baseUrl = 'https://api.test/';

it('sign in, stay signed in for the week, log out with the expired pair', async () => {
  const server = createAuthServer({ users: [{ username: 'ada', password: 'correct horse' }] });
  network.use(...createHandlers(server, { baseUrl }));
  const client = createAuthClient({ baseUrl, platform: platformOf(server.clock) });
  const sent = (endpoint: string) => server.requests.filter((request) => request.endpoint === endpoint).length;

  // Log in, and use the API at once.
  await client.login({ username: 'ada', password: 'correct horse' });
  expect(client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
  expect(await client.api.get('me').json()).toMatchObject({ sub: 'ada' });
  expect(sent('refresh')).toBe(0);

  // Twenty minutes later the access token has expired: the next use refreshes first, and the API sees no 401.
  server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  expect(sent('refresh')).toBe(1);

  // Nearly a week later it still works the same way.
  server.clock.advance('6d 23h');
  expect((await client.fetch('me')).status).toBe(200);
  expect(sent('refresh')).toBe(2);
  expect(server.requests.map(({ status }) => status)).not.toContain(401);

  // More than a week without a use: lapsed, nothing carries the tokens, but they are still there.
  server.clock.advance('8d');
  expect(client.session).toMatchObject({ status: 'lapsed', reason: 'window-passed' });
  const before = server.requests.length;
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'LoginRequiredError' });
  await expect(client.getAccessToken()).rejects.toMatchObject({ name: 'LoginRequiredError' });
  await expect(client.refresh()).rejects.toMatchObject({ name: 'LoginRequiredError' });
  expect(server.requests).toHaveLength(before);

  // Logout sends exactly the expired pair; the server ends the session; nothing is left in the browser.
  const stored = JSON.parse(localStorage.getItem('latchkey') ?? '{}') as { accessToken: string; refreshToken: string };
  let body = '';
  network.events.on('request:start', async ({ request }) => {
    if (request.url.endsWith('/auth/logout')) body = await request.clone().text();
  });
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
  expect(body).toBe(
    new URLSearchParams({ access_token: stored.accessToken, refresh_token: stored.refreshToken }).toString(),
  );
  expect(server.requests.slice(before).map(({ endpoint, status }) => [endpoint, status])).toEqual([['logout', 200]]);
  const [session] = await server.sessions.list('ada');
  expect(session?.revokedAt).not.toBeNull();
  expect(localStorage.length).toBe(0);
  expect(client.session).toEqual({ status: 'signed-out', reason: 'logout' });
  client.dispose();
});
