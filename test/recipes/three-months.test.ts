import { createAuthClient } from '@latchkey/client';
import { createAuthServer, manualClock, platformOf } from '@latchkey/mock-server';
import { expect, test } from 'vitest';

test('a user who comes once in six days is signed in for three months, and not a day longer', async () => {
  const server = createAuthServer({ users: [{ username: 'ada', password: 'lovelace' }], clock: manualClock() });
  const client = createAuthClient({
    baseUrl: 'https://api.example.com',
    storage: 'memory',
    platform: platformOf(server.clock),
    fetch: (input, init) => server.fetch(new Request(input, init)),
  });
  client.adoptTokens(await server.seedSession('ada'));

  for (let visit = 1; visit < 15; visit++) {
    server.clock.advance('6d');
    expect((await client.fetch('me')).status).toBe(200);
  }
  server.clock.advance('6d');
  expect(client.session).toMatchObject({ status: 'lapsed', reason: 'session-expired' });
  client.dispose();
});
