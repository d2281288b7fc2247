import { manualClock, runningClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, signedIn } from '../support/scene.ts';

const unsettling = {
  'no network': { networkError: true },
  '408': { status: 408 },
  '425': { status: 425 },
  '429 with Retry-After': { status: 429, headers: { 'retry-after': '1' } },
  '500': { status: 500 },
  '502': { status: 502 },
  '503': { status: 503 },
  '504': { status: 504 },
  '200 with HTML': { html: true },
  '200 with nothing': { status: 200 },
  '403 with HTML': { status: 403, headers: { 'content-type': 'text/html' }, body: '<p>no</p>' },
  '404': { status: 404 },
} as const;

for (const [what, fault] of Object.entries(unsettling)) {
  it(`${what} at the refresh endpoint keeps the session, and the next call works again (N1, TST-20)`, async () => {
    const { server, client, profile, tab } = await signedIn({ clock: runningClock() });
    server.clock.advance('20m');
    const before = profile.stored.get('latchkey');
    server.faults.next('refresh', fault, 100);
    const failed = expect(client.fetch('me')).rejects.toMatchObject({
      name: 'RefreshUnavailableError',
      retryable: true,
    });
    // The quick tries of a lost network take a moment of the session's time.
    for (let step = 0; step < 20; step++) {
      await new Promise(setImmediate);
      server.clock.advance(100);
    }
    await failed;
    expect(profile.stored.get('latchkey')).toBe(before);
    expect(tab.heard).not.toContain('signed-out');
    server.faults.clear();
    server.clock.advance('30s');
    expect((await client.fetch('me')).status).toBe(200);
    expect([...profile.stored.keys()]).toEqual(['latchkey']);
  });
}

for (const status of [400, 401, 403]) {
  it(`${status} with the documented refusal ends the session once (N1, R3, R5)`, async () => {
    const { server, client, profile, tab, count } = await signedIn();
    server.clock.advance('20m');
    const body = JSON.stringify({ error: 'invalid_grant', reason: 'invalid' });
    server.faults.next('refresh', { status, headers: { 'content-type': 'application/json' }, body }, 100);
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => client.fetch('me')));
    expect(results.map(({ status: outcome }) => outcome)).toEqual(Array(20).fill('rejected'));
    expect(count('refresh')).toBe(1);
    expect(count('me')).toBe(0);
    expect(tab.heard).toEqual(['signed-out']);
    expect(client.session).toEqual({ status: 'signed-out', reason: 'refresh-rejected' });
    expect(profile.stored.size).toBe(0);
  });
}

it('a session revoked on the server ends here with that reason (F4)', async () => {
  const { server, client, stored } = await signedIn();
  await server.sessions.revoke(stored().sid);
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  expect(client.session).toEqual({ status: 'signed-out', reason: 'revoked' });
});

it('a failed refresh behind a request ends nothing while the access token works (R7)', async () => {
  const { server, client, tab } = await signedIn();
  server.clock.advance('19m 30s');
  const body = JSON.stringify({ error: 'invalid_grant' });
  server.faults.next('refresh', { status: 401, headers: { 'content-type': 'application/json' }, body });
  expect((await client.fetch('me')).status).toBe(200);
  await vi.waitFor(() => expect(server.requests.map(({ endpoint }) => endpoint)).toContain('refresh'));
  expect((await client.fetch('me')).status).toBe(200);
  expect(tab.heard).not.toContain('signed-out');
  server.clock.advance('1m');
  expect((await client.fetch('me')).status).toBe(200);
});

it('the server has the say over the limits: "expired" means lapsed, and the pair is kept for the logout', async () => {
  const { server, client, profile } = await signedIn();
  server.clock.advance('20m');
  const body = JSON.stringify({ error: 'invalid_grant', reason: 'expired' });
  server.faults.next('refresh', { status: 400, headers: { 'content-type': 'application/json' }, body });
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'LoginRequiredError', reason: 'window-passed' });
  expect(client.session).toMatchObject({ status: 'lapsed', reason: 'window-passed' });
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
  expect(profile.stored.size).toBe(0);
});

it('who asks after the week has passed is told at once, even while a refresh from before is under way (T1)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { options } = scene.profile.openTab();
  let slept = 0;
  const platform = { ...options.platform, now: () => scene.server.clock.now() + slept };
  const { client } = scene.open({ platform });
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.faults.next('refresh', { never: true });
  const before = client.refresh();
  await atRest(scene);
  expect(scene.count('refresh')).toBe(1);
  slept = 8 * 24 * 3_600_000;
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'LoginRequiredError', reason: 'window-passed' });
  client.dispose();
  await expect(before).rejects.toThrow();
});

it('a refresh whose turn comes after the week has passed is not sent (T1, M3)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  void scene.profile.locks.request('latchkey:latchkey', {}, () => new Promise(() => {}));
  scene.server.clock.advance(7 * 24 * 3_600_000 - 3_000);
  const answer = client.fetch('me');
  const refused = expect(answer).rejects.toMatchObject({ name: 'LoginRequiredError', reason: 'window-passed' });
  await live(scene, 6_000, 500);
  await refused;
  expect(scene.count('refresh')).toBe(0);
});
