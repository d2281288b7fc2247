// @vitest-environment happy-dom
import { createAuthClient } from '@latchkey/client';
import { createAuthServer, platformOf } from '@latchkey/mock-server';
import { createHandlers } from '@latchkey/mock-server/msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const baseUrl = 'https://api.example.com/';
const server = createAuthServer({
  users: [{ username: 'ada', password: 'lovelace' }],
  allowedOrigins: [location.origin],
});
const network = setupServer(...createHandlers(server, { baseUrl }));

beforeAll(() => network.listen({ onUnhandledFrame: 'error' }));
afterEach(async () => {
  localStorage.clear();
  await server.reset();
});
afterAll(() => network.close());

test('a page of a signed-in user asks the API', async () => {
  const client = createAuthClient({ baseUrl, platform: platformOf(server.clock) });
  client.adoptTokens(await server.seedSession('ada'));

  document.body.innerHTML = '<p></p>';
  const me = await client.api.get('me').json<{ username: string }>();
  document.querySelector('p')?.append(me.username);

  expect(document.body.textContent).toBe('ada');
  client.dispose();
});

test('an expired token costs the page one refresh, and a server that is down no session', async () => {
  const client = createAuthClient({ baseUrl, platform: platformOf(server.clock) });
  client.adoptTokens(await server.seedSession('ada'));

  server.clock.advance('20m');
  await Promise.all([client.fetch('me'), client.fetch('me')]);
  expect(server.requests.filter(({ endpoint }) => endpoint === 'refresh')).toHaveLength(1);

  server.clock.advance('20m');
  server.faults.next('refresh', { status: 503 });
  await expect(client.fetch('me')).rejects.toMatchObject({ retryable: true });
  expect(client.session.status).toBe('signed-in');
  client.dispose();
});
