import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAuthClient } from '@latchkey/client';
import { type AuthServer, cheapPasswordHasher, createAuthServer, manualClock, platformOf } from '@latchkey/mock-server';
import { serve } from '@latchkey/mock-server/node';
import { afterEach, expect, it } from 'vitest';
import { createApp as expressApp } from './endpoints-express.ts';
import { createApp as honoApp } from './endpoints-hono.ts';
import { createNetwork } from './endpoints-msw.ts';

// Kind: an endpoint of one's own has to check a token by hand, and forgets one of the checks.

const user = { username: 'ada', password: 'lovelace' };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Fetch = typeof fetch;

/** Each gives the address of the API and what to ask it with. */
const mounts: Record<string, (server: AuthServer) => Promise<{ baseUrl: string; fetch: Fetch }>> = {
  async MSW(server) {
    const network = createNetwork(server);
    network.listen();
    closing.push(() => network.close());
    return { baseUrl: 'https://api.example/', fetch };
  },
  async Hono(server) {
    const app = honoApp(server);
    const ask: Fetch = async (input, init) => app.fetch(new Request(input, init));
    return { baseUrl: 'https://api.example/', fetch: ask };
  },
  async Express(server) {
    const api = expressApp(server).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const auth = await serve(server);
    closing.push(() => api.close(), auth.close);
    const { port } = api.address() as AddressInfo;
    // One origin, as a proxy in front of both would make it.
    const ask: Fetch = async (input, init) => {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      return fetch(pathname === '/orders' ? request : new Request(new URL(pathname, auth.url), request));
    };
    return { baseUrl: `http://127.0.0.1:${port}/`, fetch: ask };
  },
};

const mount = (name: string, server: AuthServer) => (mounts[name] ?? missing)(server);
const missing = () => {
  throw new RangeError('There is no such mount.');
};

it.each(Object.keys(mounts))('an endpoint of %s asks the server whose token it is (OS6)', async (name) => {
  const server = createAuthServer({ users: [user], clock: manualClock(), passwordHasher: cheapPasswordHasher() });
  const { baseUrl, fetch: ask } = await mount(name, server);
  const client = createAuthClient({ baseUrl, storage: 'memory', platform: platformOf(server.clock), fetch: ask });
  closing.push(() => client.dispose());
  expect((await ask(new URL('orders', baseUrl))).status).toBe(401);

  await client.login(user);
  expect(await (await client.fetch('orders')).json()).toEqual([{ id: 1, of: 'ada' }]);
  // A token that has expired is refused with the challenge that makes the client refresh, and the request succeeds.
  server.clock.advance('20m');
  expect((await client.fetch('orders')).status).toBe(200);
  expect(server.requests.filter(({ endpoint }) => endpoint === 'refresh')).toHaveLength(1);
  // A session that the server ended is over at once.
  const [session] = await server.sessions.list('ada');
  await server.sessions.revoke(session?.sid ?? '');
  await expect(client.fetch('orders')).rejects.toThrow();
  expect(client.session).toMatchObject({ status: 'signed-out' });
});

it('an endpoint of GraphQL asks the server, and has its body left (OS6)', async () => {
  const server = createAuthServer({ users: [user], passwordHasher: cheapPasswordHasher() });
  const { baseUrl } = await mount('MSW', server);
  const client = createAuthClient({ baseUrl, storage: 'memory' });
  closing.push(() => client.dispose());
  await client.login(user);
  const asked = await client.fetch('graphql', { method: 'POST', body: JSON.stringify({ query: '{ viewer }' }) });
  expect(await asked.json()).toEqual({ data: { viewer: 'ada', asked: '{ viewer }' } });
});
