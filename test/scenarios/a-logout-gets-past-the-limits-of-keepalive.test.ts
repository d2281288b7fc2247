// Kind: the browser refuses to send the logout because it was to outlive the page, and that is taken for the server's refusal.
import { type AuthClientOptions, jsonProtocol } from '@latchkey/client';
import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };
const quota = 64 * 1024;

type Send = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/** A browser in which `limit` has its say before a logout is sent. */
function openPage(
  limit: (request: Request, keepalive: boolean, nth: number) => unknown,
  options: Partial<AuthClientOptions> = {},
) {
  const sent: boolean[] = [];
  const scene = createScene({ clock: manualClock() }, (fetch): Send => {
    // Not async: a fetch may throw instead of rejecting.
    return (input, init) => {
      const request = input as Request;
      if (!request.url.endsWith('/auth/logout')) return fetch(input, init);
      const keepalive = init?.keepalive ?? request.keepalive;
      sent.push(keepalive);
      const verdict = limit(request, keepalive, sent.length);
      return Promise.resolve(verdict).then(() => fetch(input, init));
    };
  });
  const page = scene.open({ protocol: jsonProtocol({ logout: 'pair' }), ...options });
  const isEnded = async () => (await scene.server.sessions.list('ada')).every(({ revokedAt }) => revokedAt !== null);
  return { scene, sent, isEnded, ...page, client: page.client, heard: page.heard };
}

const refuse = async (): Promise<never> => {
  throw new TypeError('Failed to fetch');
};

for (const [what, limit] of Object.entries<Parameters<typeof openPage>[0]>({
  '64 KiB of it are under way already': (_, keepalive) => keepalive && refuse(),
  'its fetch throws at once': (_, keepalive) => {
    if (keepalive) throw new TypeError('keepalive is not supported');
  },
  'a service worker cannot pass it on': (_, keepalive) =>
    keepalive && Promise.reject(new DOMException('The worker was stopped.', 'NetworkError')),
})) {
  it(`a browser that refuses keepalive, because ${what}, sends the logout without (OC6)`, async () => {
    const { scene, client, sent, isEnded } = openPage(limit);
    await client.login(ada);
    expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
    expect(sent).toEqual([true, false]);
    expect(await isEnded()).toBe(true);
    expect(scene.profile.stored.size).toBe(0);
  });

  it(`the same for a logout that has a ticket: it is pending, and lands within seconds although the limit stays (OC6)`, async () => {
    const { scene, client, heard, isEnded } = openPage(limit, { protocol: undefined as never });
    await client.login(ada);
    expect(await client.logout()).toEqual({ local: 'cleared', server: 'pending' });
    await live(scene, 12_000, 500);
    expect(heard).toContain('revocation-delivered');
    expect(await isEnded()).toBe(true);
    expect(scene.profile.stored.size).toBe(0);
  });
}

it('a pair that is too big for keepalive by itself is sent without (OC6)', async () => {
  const { client, sent } = openPage(
    async (request, keepalive) => {
      if (keepalive && (await request.clone().text()).length > quota) throw new TypeError('Failed to fetch');
    },
    {
      protocol: jsonProtocol({ refresh: { as: 'form', extra: { grant_type: 'refresh_token', client_id: 'spa' } } }),
    },
  );
  client.adoptTokens({ access_token: 'a'.repeat(quota), refresh_token: 'r', expires_in: 1200 });
  // The server has never seen such a token, and says so, also when it is asked for a new one.
  expect((await client.logout()).server).toBe('already-revoked');
  expect(sent).toEqual([true, false]);
});

it('a new access token that a logout needs gets past the limit, too (OC6, OC3)', async () => {
  const sent: boolean[] = [];
  const scene = createScene(
    { clock: manualClock() },
    (fetch): Send =>
      async (input, init) => {
        const request = input as Request;
        if (!request.url.endsWith('/auth/logout')) return fetch(input, init);
        const keepalive = init?.keepalive ?? request.keepalive;
        sent.push(keepalive);
        if (keepalive) throw new TypeError('Failed to fetch');
        return new Response(null, { status: request.headers.has('authorization') ? 204 : 400 });
      },
  );
  const { client } = scene.open({
    protocol: jsonProtocol({
      logout: 'bearer',
      refresh: { as: 'form', extra: { grant_type: 'refresh_token', client_id: 'spa' } },
    }),
  });
  await client.login(ada);
  scene.server.clock.advance('20m');
  expect((await client.logout()).server).toBe('revoked');
  expect(sent).toEqual([true, false]);
  expect(scene.count('refresh')).toBe(1);
});

it('no network at all is "pending", never "rejected", and tried for as long as it takes (OC6)', async () => {
  let isOffline = true;
  const { scene, client, heard, isEnded, signal } = openPage(() => (isOffline ? refuse() : undefined));
  await client.login(ada);
  expect((await client.logout()).server).toBe('pending');
  await live(scene, 3_600_000, 10_000);
  expect(heard).not.toContain('revocation-delivered');
  isOffline = false;
  signal({ type: 'online' });
  await live(scene, 1_000, 100);
  expect(heard).toContain('revocation-delivered');
  expect(await isEnded()).toBe(true);
});

it('a page that is being left has handed the logout to the browser, with keepalive, before logout() returns (OC6)', async () => {
  const { client, sent, signal } = openPage(() => {});
  await client.login(ada);
  signal({ type: 'leaving' });
  void client.logout();
  expect(sent).toEqual([true]);
});

it('a client that is disposed of right after its logout asks for nothing more (OC6)', async () => {
  const { scene, client, sent } = openPage(refuse);
  await client.login(ada);
  const leaving = client.logout();
  client.dispose();
  await live(scene, 60_000, 5_000);
  expect((await leaving).local).toBe('cleared');
  await atRest(scene);
  expect(sent.length).toBeLessThanOrEqual(2);
});
