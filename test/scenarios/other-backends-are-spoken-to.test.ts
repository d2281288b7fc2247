import { createAuthClient } from '@latchkey/client';
import { manualClock } from '@latchkey/mock-server';
import { describe, expect, it, vi } from 'vitest';
import { allBackends } from '../support/backends/all-backends.ts';
import { type Backend, openBackend } from '../support/backends/backend.ts';
import { createProfile } from '../support/open-tab.ts';

/** One tab of an application on that backend, in the backend's time. */
function openPage(backend: Backend) {
  const clock = manualClock();
  const server = openBackend(backend, clock.now);
  let trouble: ((request: Request) => Response | undefined) | null = null;
  const profile = createProfile({
    clock,
    async fetch(input, init) {
      const request = new Request(input, init);
      return trouble?.(request) ?? server.fetch(request);
    },
  });
  const client = createAuthClient({ ...backend.options, ...profile.openTab().options });
  return {
    ...server,
    client,
    stored: profile.stored,
    /** To the moment when the next use refreshes. */
    expire: () => clock.advance(backend.single === true ? backend.lifetime - 3_600_000 : backend.lifetime),
    login: (password = 'lovelace') => client.login(backend.credentials(password)),
    me: async () => (await client.fetch('me')).status,
    disturb(next: typeof trouble) {
      trouble = next;
    },
    pass: (duration: number) => clock.advance(duration),
    now: clock.now,
  };
}

describe.each(allBackends)('$name', (backend) => {
  it('logs in, knows how long the access token lasts, and refreshes once when it is due', async () => {
    const { client, login, me, expire, count, now, stored } = openPage(backend);
    const session = await login();
    expect(session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
    expect(session.status === 'signed-in' && session.accessExpiresAt - now()).toBe(backend.lifetime);
    expect(await me()).toBe(200);
    expect(count('refresh')).toBe(0);
    const before = stored.get('latchkey');
    expire();
    expect(await Promise.all([me(), me(), me()])).toEqual([200, 200, 200]);
    const left = () => client.session.status === 'signed-in' && client.session.accessExpiresAt - now();
    await vi.waitFor(() => expect(left()).toBe(backend.lifetime));
    expect(count('refresh')).toBe(1);
    expect(stored.get('latchkey')).not.toBe(before);
    expire();
    expect(await me()).toBe(200);
    await vi.waitFor(() => expect(count('refresh')).toBe(2));
  });

  it('a wrong password is a failed login, not a server that is away', async () => {
    const { client, login } = openPage(backend);
    await expect(login('guess')).rejects.toMatchObject({ name: 'LoginFailedError', retryable: false });
    expect(client.session).toEqual({ status: 'signed-out', reason: null });
  });

  it('a session that the server ended ends here', async () => {
    const { client, login, expire, accounts, stored } = openPage(backend);
    await login();
    expire();
    accounts.endAll();
    await expect(client.refresh()).rejects.toMatchObject({ name: 'RefreshRejectedError' });
    expect(client.session).toEqual({ status: 'signed-out', reason: 'refresh-rejected' });
    expect(stored.get('latchkey')).toBeUndefined();
  });

  it.each<[string, (request: Request) => Response]>([
    [
      'no network',
      () => {
        throw new TypeError('Failed to fetch');
      },
    ],
    ['503', () => Response.json({ message: 'down' }, { status: 503 })],
    ['429', () => Response.json({ error: 'slow down' }, { status: 429, headers: { 'retry-after': '1' } })],
    ['a captive portal', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    [
      'a proxy that wants a login',
      () => new Response('<html>', { status: 403, headers: { 'content-type': 'text/html' } }),
    ],
  ])('%s ends nothing', async (_, answer) => {
    const { client, login, me, expire, disturb, pass, count } = openPage(backend);
    await login();
    expire();
    disturb(answer);
    let error: unknown;
    void client.refresh().catch((reason: unknown) => {
      error = reason;
    });
    // What is tried again after a moment gets its moment.
    await vi.waitFor(() => {
      pass(250);
      expect(error).toMatchObject({ name: 'RefreshUnavailableError', retryable: true });
    });
    expect(client.session.status).toBe('signed-in');
    disturb(null);
    pass(60_000);
    expect(await me()).toBe(200);
    await vi.waitFor(() => expect(count('refresh')).toBe(1));
  });

  it('logout tells the server what it wants to hear, even when the access token is dead, and leaves nothing (OC3)', async () => {
    const { client, login, expire, accounts, count, stored } = openPage(backend);
    await login();
    if (backend.single !== true) expire();
    const told = backend.logout !== 'nothing';
    expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
    expect(count('logout')).toBe(told ? 1 : 0);
    // A server that wants a live access token gets a new one, which nobody else ever sees.
    expect(count('refresh')).toBe(backend.logout === 'wants-a-live-token' ? 1 : 0);
    expect(accounts.live).toBe(told ? 0 : 1);
    expect([...stored.values()].join()).not.toMatch(/eyJ|refresh-token-number/);
    expect(client.session).toEqual({ status: 'signed-out', reason: 'logout' });
  });
});
