// The same in whatever environment the file that requires this asks for.
const { createAuthClient, isAuthError } = require('@latchkey/client');
const { createAuthClient: createCoreClient } = require('@latchkey/client/core');
const { eventStream } = require('@latchkey/client/live');
const { cheapPasswordHasher, createAuthServer, manualClock, platformOf } = require('@latchkey/mock-server');

const ada = { username: 'ada', password: 'lovelace' };

exports.declareTests = () => {
  const open = (create = createAuthClient) => {
    const clock = manualClock();
    const server = createAuthServer({ users: [ada], passwordHasher: cheapPasswordHasher(), clock });
    const client = create({
      baseUrl: 'https://api.example.com',
      storageKey: `latchkey-${Math.random()}`,
      platform: platformOf(clock),
      fetch: (input, init) => server.fetch(new Request(input, init)),
    });
    return { clock, server, client };
  };

  test('logs in, refreshes, logs out, with both entries', async () => {
    for (const create of [createAuthClient, createCoreClient]) {
      const { clock, client } = open(create);
      await client.login(ada);
      clock.advance('20m');
      expect((await client.fetch('me')).status).toBe(200);
      expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
      client.dispose();
    }
  });

  test('a login that is aborted, and a wrong password, reject as they do elsewhere', async () => {
    const { client } = open();
    const failed = await client.login({ ...ada, password: 'wrong' }).catch((error) => error);
    expect(isAuthError(failed)).toBe(true);
    expect(failed.name).toBe('LoginFailedError');
    const leaving = new AbortController();
    leaving.abort();
    const aborted = await client.login(ada, { signal: leaving.signal }).catch((error) => error);
    expect(aborted.name).toBe('AbortError');
    client.dispose();
  });

  test('a disposed client leaves no listener behind, and a stream of nobody ends', async () => {
    const { client } = open();
    const first = await eventStream(client, 'events')
      .next()
      .catch((error) => error);
    expect(first.name).toBe('NotSignedInError');
    client.dispose();
  });
};
