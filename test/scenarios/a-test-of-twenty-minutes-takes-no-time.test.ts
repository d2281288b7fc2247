import { createAuthClient } from '@latchkey/client';
import { createAuthServer, platformOf } from '@latchkey/mock-server';
import { createHandlers } from '@latchkey/mock-server/msw';
import { expect, it, vi } from 'vitest';
import { network } from '../support/network.ts';

const baseUrl = 'https://api.test/';
const users = ['ada', 'grace'].map((username) => ({ username, password: `${username}-password` }));

it('twenty minutes pass at once, with MSW, real timers, and neither locks nor channels (E2)', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.stubGlobal('navigator', { ...navigator, locks: undefined });
  const server = createAuthServer({ users });
  network.use(...createHandlers(server, { baseUrl }));
  const client = createAuthClient({ baseUrl, platform: platformOf(server.clock) });
  client.adoptTokens(await server.seedSession('ada'));
  const from = performance.now();
  server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  expect(server.requests.map(({ endpoint, status }) => [endpoint, status])).toEqual([
    ['refresh', 200],
    ['me', 200],
  ]);
  // A tenth of a second on a quiet machine.
  expect(performance.now() - from).toBeLessThan(2_000);
  client.dispose();
  vi.unstubAllGlobals();
});

it('every test has a session of its own in one line: the refresh of one ends no other, and reset forgets all (E3, F13)', async () => {
  const server = createAuthServer({ users, policy: { replayWindow: 0 } });
  network.use(...createHandlers(server, { baseUrl }));
  const clients = await Promise.all(
    [1, 2, 3].map(async (worker) => {
      const client = createAuthClient({ baseUrl, storage: 'memory', storageKey: `worker-${worker}` });
      client.adoptTokens(await server.seedSession('ada', { accessTtl: 60_000 }));
      return client;
    }),
  );
  for (const client of clients) await client.refresh({ force: true });
  for (const client of clients) expect((await client.fetch('me')).status).toBe(200);
  expect(await server.sessions.list('ada')).toHaveLength(3);

  await server.reset();
  expect(await server.sessions.list()).toEqual([]);
  expect(server.requests).toEqual([]);
  for (const client of clients) client.dispose();
});
