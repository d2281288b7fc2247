import { manualClock } from '@latchkey/mock-server';
import { HTTPError } from 'ky';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, openUnaware } from '../support/scene.ts';

const refusal = (status: number, error = 'invalid_grant') => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error }),
});

it('a 503 for twenty calls at once is one refresh, no request goes out, and one per cool-down follows, however many ask (R5)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { status: 503 }, Number.POSITIVE_INFINITY);
  const calls = [...Array(10)].flatMap(() => [client.fetch('me'), client.api.get('me', { retry: 0 })]);
  for (const result of await Promise.allSettled(calls)) {
    expect(result).toMatchObject({ reason: { name: 'RefreshUnavailableError', status: 503, retryable: true } });
  }
  expect(scene.count('refresh')).toBe(1);
  for (let second = 0; second < 60; second++) {
    const more = Promise.allSettled([...Array(5)].map(() => client.fetch('me')));
    scene.server.clock.advance(1000);
    await atRest(scene);
    void more;
  }
  expect(scene.count('refresh')).toBeLessThanOrEqual(9);
  expect(scene.count('me')).toBe(0);
  scene.server.faults.clear();
  await live(scene, 40_000, 1000);
  expect((await client.fetch('me')).status).toBe(200);
});

it('a page of a visitor that sends twenty requests causes no refresh, by whatever way (R5)', async () => {
  const scene = createScene();
  const { client, heard } = scene.open({ renew: 'while-visible' });
  const calls = [...Array(10)].flatMap(() => [client.fetch('me'), client.api.get('me', { throwHttpErrors: false })]);
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(20).fill(401));
  await expect(client.refresh()).rejects.toMatchObject({ name: 'NotSignedInError' });
  await expect(client.getAccessToken()).rejects.toMatchObject({ name: 'NotSignedInError' });
  expect(scene.count('refresh')).toBe(0);
  expect(heard).toEqual([]);
});

for (const [what, fault, cause] of [
  ['an outage', { status: 503 }, 'RefreshUnavailableError'],
  ['no network', { networkError: true }, 'RefreshUnavailableError'],
  ['a page of a captive portal', { html: true }, 'RefreshUnavailableError'],
  ['a refusal', refusal(400), 'RefreshRejectedError'],
] as const) {
  it(`${what} behind a request leaves the token in use until it expires, and a later refresh goes on (R7)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const { client, heard } = scene.open();
    client.adoptTokens(await scene.server.seedSession('ada'));
    scene.server.clock.advance('19m 5s');
    scene.server.faults.next('refresh', fault, Number.POSITIVE_INFINITY);
    for (let second = 0; second < 50; second += 5) {
      expect((await client.fetch('me')).status).toBe(200);
      expect((await client.api.get('me')).status).toBe(200);
      expect(await client.getAccessToken()).toBe(scene.stored().accessToken);
      await live(scene, 5000, 500);
    }
    expect(heard).not.toContain('signed-out');
    scene.server.faults.clear();
    await live(scene, 40_000, 1000);
    expect((await client.fetch('me')).status).toBe(200);
    expect(heard).not.toContain('signed-out');

    scene.server.clock.advance('19m 5s');
    scene.server.faults.next('refresh', fault, Number.POSITIVE_INFINITY);
    const explicit = expect(client.refresh()).rejects.toMatchObject({ name: cause });
    await live(scene, 5000, 250);
    await explicit;
  });
}

it('a refusal behind a request, because another tab has rotated, is nothing at all (R7)', async () => {
  const scene = createScene();
  const [a, b] = [scene.open({}, { locks: false }), openUnaware(scene)];
  a.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('19m 5s');
  scene.server.faults.next('refresh', { delay: 500, ...refusal(401) });
  expect((await a.client.fetch('me')).status).toBe(200);
  await vi.waitFor(() => expect(scene.count('refresh')).toBe(1));
  await b.client.refresh();
  scene.server.clock.advance(500);
  await live(scene, 3000, 50);
  expect((await a.client.fetch('me')).status).toBe(200);
  expect(await a.client.getAccessToken()).toBe(scene.stored().accessToken);
  for (const { heard } of [a, b]) expect(heard).not.toContain('signed-out');
});

it('an endpoint that always refuses gives client.api its HTTPError, after one refresh and one more try for all (R3)', async () => {
  let weird = 0;
  const scene = createScene({}, (fetch) => async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.includes('weird')) return fetch(input, init);
    weird += 1;
    return Response.json({ why: 'wrong tenant' }, { status: 401 });
  });
  const { client, heard } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const error = await client.api.post('weird', { json: { a: 1 } }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HTTPError);
  expect((error as HTTPError).response.status).toBe(401);
  expect(weird).toBe(2);
  expect(scene.count('refresh')).toBe(1);
  const again = await Promise.all([...Array(10)].map(() => client.api.post('weird', { throwHttpErrors: false })));
  expect(again.map(({ status }) => status)).toEqual(Array(10).fill(401));
  expect(await again[0]?.json()).toEqual({ why: 'wrong tenant' });
  expect(weird).toBe(12);
  expect(scene.count('refresh')).toBe(1);
  // Ten at once with a new token: no more than one refresh and two tries each.
  await client.refresh({ force: true });
  weird = 0;
  await Promise.all([...Array(10)].map((_, id) => client.fetch(`weird/${id}`)));
  expect(weird).toBeLessThanOrEqual(20);
  expect(scene.count('refresh')).toBeLessThanOrEqual(3);
  expect(heard).not.toContain('signed-out');
  expect((await client.fetch('me')).status).toBe(200);
});

for (const [what, fault, error] of [
  ['a 401 with JSON', refusal(401, 'bad_credentials'), { error: 'bad_credentials', status: 401, retryable: false }],
  ['a bare 401', { status: 401 }, { status: 401, retryable: false }],
  ['a 503', { status: 503 }, { status: 503, retryable: true }],
  ['no network', { networkError: true }, { status: undefined, retryable: true }],
  ['a captive portal', { html: true }, { retryable: true }],
] as const) {
  for (const when of ['signed in', 'lapsed', 'signed out']) {
    it(`a login that meets ${what} while ${when} is told, refreshes nothing and touches nothing (R8)`, async () => {
      const scene = createScene();
      const { client, events } = scene.open({ onLoginRequired: () => expect.unreachable() });
      if (when !== 'signed out') client.adoptTokens(await scene.server.seedSession('ada'));
      scene.server.clock.advance(when === 'lapsed' ? '8d' : '20m');
      const session = client.session;
      const before = [...scene.profile.stored];
      events.length = 0;
      scene.server.faults.next('login', fault);
      const login = client.login({ username: 'bob', password: 'wrong' });
      await expect(login).rejects.toMatchObject({ name: 'LoginFailedError', ...error });
      expect([...scene.profile.stored]).toEqual(before);
      expect(client.session).toBe(session);
      expect(scene.count('refresh')).toBe(0);
      expect(events).toEqual([]);
    });
  }
}
