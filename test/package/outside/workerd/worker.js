import { createAuthClient } from '@latchkey/client';
import { createAuthClient as createCoreClient } from '@latchkey/client/core';
import { dpopFetch } from '@latchkey/client/dpop';
import { eventStream } from '@latchkey/client/live';
import { cheapPasswordHasher, createAuthServer } from '@latchkey/mock-server';

// All of this is in module scope, where Workers may not draw random numbers, set timers or send requests.
const baseUrl = 'https://api.example.com';
const server = createAuthServer({
  users: [{ username: 'ada', password: 'lovelace' }],
  passwordHasher: cheapPasswordHasher(),
  policy: { dpopNonce: true },
  echo: true,
});
const toServer = (input, init) => server.fetch(new Request(input, init));
const client = createAuthClient({ baseUrl, fetch: toServer });
const core = createCoreClient({ baseUrl, storageKey: 'core', fetch: toServer });
createCoreClient({ baseUrl, storageKey: 'bound', fetch: dpopFetch({ baseUrl }) });
const redirected = createCoreClient({
  baseUrl,
  storageKey: 'redirected',
  fetch: (input, init) => fetch(new Request(input, init)),
});
void eventStream;

const words = (error) => `${error.name}: ${error.message} ${error.cause ?? ''}`;
async function session(used) {
  const before = used.session.status;
  const { status } = await used.login({ username: 'ada', password: 'lovelace' });
  const get = (await used.fetch('me')).status;
  const post = (await used.fetch('echo', { method: 'POST', body: 'x' })).status;
  await used.refresh({ force: true });
  const api = used.api ? (await used.api.get('me').json()).username : null;
  const logout = await used.logout();
  return { before, status, get, post, api, logout, after: used.session.status };
}

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    try {
      if (pathname === '/session') return Response.json(await session(client));
      if (pathname === '/core') return Response.json(await session(core));
      // Its requests go to the worker's own network, where everything is answered with a redirect.
      if (pathname === '/redirected') {
        const error = await redirected.login({ username: 'ada', password: 'lovelace' }).catch((error) => error);
        return Response.json({ name: error.name, retryable: error.retryable });
      }
      return new Response(null, { status: 307, headers: { location: 'https://elsewhere.example.com/' } });
    } catch (error) {
      return new Response(words(error), { status: 500 });
    }
  },
};
