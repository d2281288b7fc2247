import { createAuthClient } from '@latchkey/client';
import { createAuthServer, platformOf } from '@latchkey/mock-server';
import { afterEach, expect, test } from 'vitest';

const server = createAuthServer({ users: [{ username: 'ada', password: 'lovelace' }] });
const openClient = () =>
  createAuthClient({
    baseUrl: 'https://api.example.com',
    platform: platformOf(server.clock),
    fetch: (input, init) => server.fetch(new Request(input, init)),
  });

afterEach(async () => {
  localStorage.clear();
  await server.reset();
});

test('a reload finds the session, and a second client of the page shares its refresh', async () => {
  const client = openClient();
  client.adoptTokens(await server.seedSession('ada'));
  client.dispose();

  const [first, second] = [openClient(), openClient()];
  expect(first.session.status).toBe('signed-in');
  server.clock.advance('20m');
  await Promise.all([first.fetch('me'), second.fetch('me')]);
  expect(server.requests.filter(({ endpoint }) => endpoint === 'refresh')).toHaveLength(1);
  first.dispose();
  second.dispose();
});
