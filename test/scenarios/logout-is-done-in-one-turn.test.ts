import { expect, it, vi } from 'vitest';
import { signedIn } from '../support/scene.ts';

it('logout() hands the pair to the browser and clears storage before it returns', async () => {
  const sent: Request[] = [];
  const { profile, client, stored } = await signedIn(
    {},
    {
      fetch: (input, init) => {
        expect(init?.keepalive).toBe(true);
        sent.push(input as Request);
        return new Promise(() => {});
      },
    },
  );
  const { accessToken, refreshToken } = stored();
  void client.logout();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.url).toBe('https://api.test/auth/logout');
  expect(sent[0]?.keepalive).toBe(true);
  expect(sent[0]?.headers.has('authorization')).toBe(false);
  expect([...profile.stored.values()].join()).not.toContain(refreshToken);
  expect([...profile.stored.values()].join()).not.toContain(accessToken);
  expect(profile.stored.has('latchkey')).toBe(false);
  expect(client.session).toEqual({ status: 'signed-out', reason: 'logout' });
  expect(Object.fromEntries(new URLSearchParams(await sent[0]?.text()))).toEqual({
    access_token: accessToken,
    refresh_token: refreshToken,
  });
});

it('nobody has to log in to log out: an expired pair ends its session, and no refresh comes first (L1)', async () => {
  const { server, client, profile, count, tab } = await signedIn();
  server.clock.advance('5d');
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
  expect(count('refresh')).toBe(0);
  expect(count('logout')).toBe(1);
  expect(profile.stored.size).toBe(0);
  expect(tab.heard).toEqual(['signed-out']);
});

for (const [what, fault] of Object.entries({
  '400': { status: 400 },
  '401': { status: 401 },
  '403': { status: 403 },
  '404': { status: 404 },
  '500': { status: 500 },
  HTML: { html: true },
  'no network': { networkError: true },
} as const)) {
  it(`storage is empty of tokens whatever the server answers: ${what} (L1)`, async () => {
    const { server, client, profile, count, tab } = await signedIn();
    server.faults.next('logout', fault);
    const result = await client.logout();
    expect(result.local).toBe('cleared');
    expect(['pending', 'rejected']).toContain(result.server);
    expect(profile.stored.has('latchkey')).toBe(false);
    expect(count('refresh')).toBe(0);
    expect(tab.heard).toEqual(['signed-out']);
  });
}

it('three logouts at once are one call and one event (L1)', async () => {
  const { client, count, tab } = await signedIn();
  const results = await Promise.all([client.logout(), client.logout(), client.logout()]);
  expect(results.map(({ server }) => server)).toEqual(['revoked', 'revoked', 'revoked']);
  expect(count('logout')).toBe(1);
  expect(tab.heard).toEqual(['signed-out']);
});

it('a logout while the page is being left tells the other tabs, and keeps no channel open (M4)', async () => {
  const scene = await signedIn();
  const other = scene.open();
  scene.tab.signal({ type: 'leaving' });
  const said = scene.profile.said.length;
  void scene.client.logout();
  expect(scene.profile.said).toHaveLength(said + 1);
  expect(scene.tab.leftovers.channels).toBe(0);
  await vi.waitFor(() => expect(other.heard).toEqual(['signed-out']));
});
