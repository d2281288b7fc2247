import { isAuthError } from '@latchkey/client';
import { manualClock, runningClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live, signedIn } from '../support/scene.ts';

const unsettling = {
  'no network': { networkError: true },
  'a lost answer': { loseResponse: true },
  '408': { status: 408 },
  '425': { status: 425 },
  '429 with a date': { status: 429, headers: { 'retry-after': new Date(Date.now() + 3000).toUTCString() } },
  '500': { status: 500, body: { error: 'invalid_grant' } },
  '503': { status: 503 },
  '200 with HTML': { html: true },
  '200 with half a JSON': { status: 200, headers: { 'content-type': 'application/json' }, body: '{"access_tok' },
  '204': { status: 204 },
  '302 to nowhere': { status: 302 },
  '403 with HTML': { status: 403, headers: { 'content-type': 'text/html' }, body: '<p>no</p>' },
  '401 with HTML': { status: 401, headers: { 'content-type': 'text/html' }, body: '<p>proxy</p>' },
  '404 with JSON': { status: 404, body: { error: 'invalid_grant' } },
  '400 of the set-up': { status: 400, body: { error: 'invalid_client' } },
  '418': { status: 418 },
} as const;

for (const [what, fault] of Object.entries(unsettling)) {
  it(`${what} is the same kind of error for every way to ask, keeps what is stored, and is over when the server is back (N1, D1)`, async () => {
    const scene = await signedIn({ clock: runningClock(), policy: { replayWindow: 600_000 } });
    const { server, client, profile, tab } = scene;
    server.clock.advance('20m');
    const before = profile.stored.get('latchkey');
    server.faults.next('refresh', fault, Number.POSITIVE_INFINITY);
    const asked = Promise.allSettled([
      client.fetch('me'),
      client.api.get('me'),
      client.api.post('me', { json: {} }).json(),
      client.getAccessToken(),
      client.refresh(),
    ]);
    await live(scene, 3000, 100);
    for (const result of await asked) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { name: 'RefreshUnavailableError', code: 'ERR_REFRESH_UNAVAILABLE', retryable: true },
      });
      expect(isAuthError((result as PromiseRejectedResult).reason)).toBe(true);
      if (what === 'no network') expect(result).toMatchObject({ reason: { cause: expect.any(TypeError) } });
    }
    expect(profile.stored.get('latchkey')).toBe(before);
    expect(tab.heard.filter((type) => type !== 'refresh-failed')).toEqual([]);
    expect(scene.count('me')).toBe(0);
    server.faults.clear();
    await live(scene, 40_000, 2000);
    expect((await client.fetch('me')).status).toBe(200);
    expect((await client.api.get('me')).status).toBe(200);
  });
}

it('odd messages from other scripts on the same channel change nothing and throw nothing (D1, M5)', async () => {
  const scene = createScene();
  const tab = scene.open();
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  const { id } = scene.stored();
  const channel = scene.profile.openTab().options.platform.openChannel?.('latchkey:latchkey');
  const said = tab.heard.length;
  const odd = [null, undefined, 5, 'text', [], {}, { type: 'ended' }, { type: 'ended', id: 5 }, { type: 'x', id: 'y' }];
  for (const message of [...odd, { type: 'changed', id, generation: 'many' }, { type: 'changed', id, over: {} }]) {
    channel?.postMessage(message);
  }
  await atRest(scene);
  scene.server.clock.advance('20m');
  expect((await tab.client.fetch('me')).status).toBe(200);
  expect(tab.heard.slice(said)).toEqual(['token-refreshed']);
});

it('tabs that each keep a session of their own leave each other alone (F9, F12)', async () => {
  for (const storage of ['memory', 'session'] as const) {
    const scene = createScene();
    const [a, b] = [scene.open({ storage }), scene.open({ storage: 'memory' })];
    await a.client.login({ username: 'ada', password: 'ada-password' });
    await b.client.login({ username: 'bob', password: 'bob-password' });
    scene.server.clock.advance('20m');
    const both = Promise.all([a.client.api.get('me').json(), b.client.api.get('me').json()]);
    await live(scene, 500, 20);
    expect(await both).toMatchObject([{ sub: 'ada' }, { sub: 'bob' }]);
    await a.client.logout();
    await atRest(scene);
    expect(b.client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'bob' } });
    expect(b.heard).toEqual(['signed-in', 'token-refreshed']);
    expect(scene.profile.stored.size).toBe(0);
  }
});

for (const [patience, seconds] of Object.entries({ 'short enough to wait for': 4, 'too long to wait for': 600 })) {
  it(`a session that lapsed during a cool-down ${patience} is told as lapsed, at once (N6, D1)`, async () => {
    const { client, count, server } = await signedIn({ clock: manualClock() });
    server.clock.advance('6d 23h 59m 59s');
    server.faults.next('refresh', { status: 503, headers: { 'retry-after': `${seconds}` } });
    await expect(client.refresh()).rejects.toMatchObject({ name: 'RefreshUnavailableError' });
    server.clock.advance('2s');
    // Time stands still: whoever waited for the server's pause would wait for ever.
    for (const call of [() => client.refresh(), () => client.refresh({ force: true }), () => client.fetch('me')]) {
      await expect(call()).rejects.toMatchObject({ name: 'LoginRequiredError', reason: 'window-passed' });
    }
    expect(client.session).toMatchObject({ status: 'lapsed', reason: 'window-passed' });
    expect(count('refresh')).toBe(1);
  });
}
