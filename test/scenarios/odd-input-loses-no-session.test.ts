import { createAuthClient } from '@latchkey/client';
import { expect, it } from 'vitest';
import { baseUrl, createScene, signedIn } from '../support/scene.ts';

const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

for (const body of [{}, [], null, 'text', { access_token: '' }, { access_token: 5 }, { access_token: 'a' }]) {
  it(`a login answered with ${JSON.stringify(body)} fails, and leaves the session that was there`, async () => {
    const { server, client, profile } = await signedIn();
    const before = profile.stored.get('latchkey');
    server.faults.next('login', json(body));
    const credentials = { username: 'bob', password: 'bob-password' };
    await expect(client.login(credentials)).rejects.toMatchObject({ name: 'LoginFailedError' });
    expect(profile.stored.get('latchkey')).toBe(before);
  });
}

for (const [what, fault, message] of [
  [
    'names its tokens otherwise',
    json({ accessToken: 'a' }),
    'The login answer has no `access_token` (found: accessToken). See jsonProtocol().',
  ],
  [
    'has had enough of logins',
    json({ error: 'too_many_requests' }, 429),
    'POST https://api.test/auth/login was answered 429. Try again later.',
  ],
  [
    'is not there',
    { networkError: true },
    'No response from https://api.test/auth/login. Check baseUrl, CORS and the network.',
  ],
] as const) {
  it(`a login at a server that ${what} says so`, async () => {
    const { server, client } = await signedIn();
    server.faults.next('login', fault);
    await expect(client.login({ username: 'bob', password: 'bob-password' })).rejects.toMatchObject({ message });
  });
}

for (const body of [{}, [], null, { access_token: '' }, { access_token: {} }, { error: 'invalid_grant' }]) {
  it(`a refresh answered 200 with ${JSON.stringify(body)} settles nothing`, async () => {
    const { server, client, profile, tab } = await signedIn();
    server.clock.advance('20m');
    const before = profile.stored.get('latchkey');
    server.faults.next('refresh', json(body));
    await expect(client.fetch('me')).rejects.toMatchObject({ name: 'RefreshUnavailableError' });
    expect(profile.stored.get('latchkey')).toBe(before);
    expect(tab.heard).not.toContain('signed-out');
  });
}

for (const error of ['invalid_client', 'invalid_request', 'unsupported_grant_type', 'temporarily_unavailable']) {
  for (const status of [400, 401, 403]) {
    it(`a refresh refused with ${status} ${error} is a mistake of the set-up, not the end of the session (N1)`, async () => {
      const { server, client, tab } = await signedIn();
      server.clock.advance('20m');
      server.faults.next('refresh', json({ error }, status));
      await expect(client.fetch('me')).rejects.toMatchObject({ name: 'RefreshUnavailableError', status });
      expect(tab.heard).not.toContain('signed-out');
      server.clock.advance('1m');
      expect((await client.fetch('me')).status).toBe(200);
    });
  }
}

for (const [what, answer] of Object.entries({
  'a bare 401': { status: 401 },
  'a 401 in the words of a framework': json({ statusCode: 401, error: 'Unauthorized', message: 'Unauthorized' }, 401),
  'a 401 without a word for it': json({}, 401),
})) {
  it(`${what} to a refresh ends the session`, async () => {
    const { server, client, tab } = await signedIn();
    server.clock.advance('20m');
    server.faults.next('refresh', answer);
    await expect(client.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError', status: 401 });
    expect(tab.heard).toContain('signed-out');
  });
}

it('a refresh token of an odd type in the answer is not stored', async () => {
  const scene = await signedIn();
  const { refreshToken } = scene.stored();
  const { access_token } = await scene.server.seedSession('ada');
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', json({ access_token, refresh_token: 5, expires_in: 1200 }));
  await scene.client.refresh();
  expect(scene.stored().refreshToken).toBe(refreshToken);
});

it('an opaque access token is carried, refreshed on a 401, and has no claims (X4)', async () => {
  const seen: (string | null)[] = [];
  const client = createAuthClient({
    baseUrl,
    storage: 'memory',
    fetch: async (input, init) => {
      const request = new Request(input, init);
      if (request.url.endsWith('/auth/refresh')) return Response.json({ access_token: 'two', refresh_token: 'r2' });
      seen.push(request.headers.get('authorization'));
      return new Response(null, { status: seen.at(-1) === 'Bearer two' ? 200 : 401 });
    },
  });
  client.adoptTokens({ access_token: 'one', refresh_token: 'r1' });
  expect(client.session).toMatchObject({
    status: 'signed-in',
    claims: null,
    accessExpiresAt: Number.POSITIVE_INFINITY,
  });
  expect((await client.fetch('x')).status).toBe(200);
  expect(seen).toEqual(['Bearer one', 'Bearer two']);
  client.dispose();
});

for (const [what, options] of Object.entries({
  'no baseUrl': {},
  'a baseUrl that is no URL': { baseUrl: 'http://' },
  'a baseUrl whose host looks like a scheme': { baseUrl: 'localhost:3000' },
  'a baseUrl that is not of the web': { baseUrl: 'file:///app/' },
  'a baseUrl without encryption': { baseUrl: 'http://api.example.com' },
  'an api without encryption': { baseUrl, apis: ['http://files.example.com'] },
  'an api that is no URL': { baseUrl, apis: ['https://'] },
  'an endpoint that is no URL': { baseUrl, endpoints: { login: 'https://' } },
  'a storage that there is not': { baseUrl, storage: 'localStorage' },
  'a storage that can do nothing': { baseUrl, storage: {} },
  'a way to renew that there is not': { baseUrl, renew: 'on-demand' },
  'a negative duration': { baseUrl, refreshTimeout: -1 },
  'a duration that is no number': { baseUrl, lockTimeout: '5s' },
  'an endless duration': { baseUrl, expiryMargin: Number.POSITIVE_INFINITY },
  'an empty key': { baseUrl, storageKey: '' },
})) {
  it(`${what} is refused where the mistake is`, () => {
    expect(() => createAuthClient({ storage: 'memory', ...options } as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'ERR_CONFIGURATION' }),
    );
  });
}

it('an option of null is the default, as from a configuration that leaves it out', () => {
  const client = createAuthClient({ baseUrl, storage: null, renew: null, expiryMargin: null } as never);
  expect(client.session.status).toBe('signed-out');
  client.dispose();
});

it('tokens handed over without a refresh token are refused, and change nothing', async () => {
  const scene = createScene();
  const { client } = scene.open();
  for (const tokens of [{}, { access_token: 'a' }, { refresh_token: 'r' }, null]) {
    expect(() => client.adoptTokens(tokens as never)).toThrow();
  }
  expect(scene.profile.stored.size).toBe(0);
});
