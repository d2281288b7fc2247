const { createAuthClient } = require('@latchkey/client');
const { cheapPasswordHasher, createAuthServer, manualClock, platformOf } = require('@latchkey/mock-server');

const ada = { username: 'ada', password: 'lovelace' };

test('logs in, refreshes, logs out', async () => {
  const clock = manualClock();
  const server = createAuthServer({ users: [ada], passwordHasher: cheapPasswordHasher(), clock });
  const client = createAuthClient({
    baseUrl: 'https://api.example.com',
    platform: platformOf(clock),
    fetch: (input, init) => server.fetch(new Request(input, init)),
  });
  await client.login(ada);
  clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
  client.dispose();
});
