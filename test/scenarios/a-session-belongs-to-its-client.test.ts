// Kind: a session must know from its login on whose it is; what a later request says of itself must not make it somebody's.
import { createAuthClient } from '@latchkey/client';
import { cheapPasswordHasher, createAuthServer, platformOf } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { fetchFrom } from '../support/open-tab.ts';
import { baseUrl, users } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };

/** An owner who is signed in and has not refreshed yet, and a thief with a copy of what is stored. */
async function theft({
  clientId,
  credentials = ada,
}: {
  clientId?: string;
  credentials?: Record<string, unknown>;
} = {}) {
  const server = createAuthServer({ users, passwordHasher: cheapPasswordHasher() });
  const fetch = fetchFrom(server);
  const owner = createAuthClient({
    baseUrl,
    platform: platformOf(server.clock),
    fetch,
    ...(clientId !== undefined && { clientId }),
  });
  await owner.login(credentials);
  const { refreshToken } = JSON.parse(localStorage.getItem('latchkey') ?? '{}') as { refreshToken: string };
  const refreshAs = (client_id: string) => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id });
    return fetch(new Request(`${baseUrl}auth/refresh`, { method: 'POST', body }));
  };
  const clientIds = async () => (await server.sessions.list('ada')).map((session) => session.clientId);
  return { server, owner, refreshAs, clientIds };
}

it('a thief who names another client before the owner’s first refresh gets nothing, and the owner stays (OX1)', async () => {
  const { server, owner, refreshAs, clientIds } = await theft();
  expect(await clientIds()).toEqual(['spa']);
  for (const name of ['anything', 'SPA', 'spa ', 'constructor']) {
    expect(await (await refreshAs(name)).json()).toMatchObject({ error: 'invalid_grant', reason: 'invalid' });
  }
  server.clock.advance('20m');
  expect((await owner.fetch('me')).status).toBe(200);
});

it('a thief who names the right client is found out when the owner comes (OX1)', async () => {
  const { server, owner, refreshAs } = await theft();
  expect((await refreshAs('spa')).status).toBe(200);
  server.clock.advance('20m');
  await expect(owner.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  expect(server.securityEvents.map(({ type }) => type)).toContain('reuse');
});

it('the client’s own name goes with the login, and one among the credentials comes before it (OX1)', async () => {
  expect(await (await theft({ clientId: 'my-app' })).clientIds()).toEqual(['my-app']);
  const named = await theft({ credentials: { ...ada, client_id: 'kiosk' } });
  expect(await named.clientIds()).toEqual(['kiosk']);
});

it('a login of an older client, which names none, is taken as before (OX1)', async () => {
  const { server, clientIds } = await theft();
  const older = new Request(`${baseUrl}auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ada),
  });
  expect((await fetchFrom(server)(older)).status).toBe(200);
  expect(await clientIds()).toEqual(['spa', null]);
});
