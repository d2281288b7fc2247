import { expect, it, onTestFinished, vi } from 'vitest';
import { ada, bob, boundScene, holdDatabase } from '../support/bound-scene.ts';

it('of two logins at once the later one counts, and stays signed in', async () => {
  const { server, open, asked } = boundScene();
  const client = open();
  await client.login(ada);
  await client.logout();
  server.faults.next('login', { delay: 3_000 });
  const first = client.login(ada);
  const refusal = expect(first).rejects.toMatchObject({ name: 'SessionChangedError' });
  await vi.waitFor(() => expect(asked('login')).toBe(2));
  await client.login(ada);
  server.clock.advance(3_000);
  await refusal;
  expect((await client.fetch('me')).status).toBe(200);
  server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
});

it('two tabs log in at once, and the one that was slow to begin is signed in in both', async () => {
  const { server, open } = boundScene();
  const [one, two] = [open(), open()];
  // The first tab has its answer, and its key, before the other, and begins its session after it.
  const database = holdDatabase('latchkey', 1);
  const first = one.login(ada);
  await database.untilHeld();
  await two.login(bob);
  database.letGo();
  await first;
  await database.untilRest();
  for (const client of [one, two]) expect(await (await client.fetch('me')).json()).toMatchObject({ sub: 'ada' });
  server.clock.advance('20m');
  for (const client of [two, one]) expect((await client.fetch('me')).status).toBe(200);
});

it('a login whose answer brings no refresh token leaves the session that is there', async () => {
  let isOdd = false;
  const { server, open } = boundScene(async (request) => {
    if (!isOdd || !request.url.endsWith('/login')) return null;
    const response = await server.fetch(request);
    return Response.json({ ...(await response.json()), refresh_token: undefined }, response);
  });
  const client = open();
  await client.login(ada);
  isOdd = true;
  await expect(client.login(bob)).rejects.toMatchObject({ name: 'LoginFailedError' });
  expect(await (await client.fetch('me')).json()).toMatchObject({ sub: 'ada' });
  server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
});

it('a login given up after its answer leaves the session that is there, which then refreshes as ever', async () => {
  const { server, open, asked } = boundScene();
  const client = open();
  await client.login(ada);
  const giveUp = new AbortController();
  const { put } = IDBObjectStore.prototype;
  const keeping = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (
    this: IDBObjectStore,
    ...it
  ) {
    giveUp.abort();
    return put.apply(this, it);
  });
  onTestFinished(() => keeping.mockRestore());
  await expect(client.login(bob, { signal: giveUp.signal })).rejects.toMatchObject({ name: 'AbortError' });
  server.clock.advance('20m');
  const reopened = open();
  expect(await (await reopened.fetch('me')).json()).toMatchObject({ sub: 'ada' });
  const before = asked('refresh');
  await reopened.refresh({ force: true });
  expect(asked('refresh') - before).toBe(1);
});

for (const nth of [1, 2]) {
  it(`a logout takes no key of a login in another tab, however slow the browser is (${nth})`, async () => {
    const { server, open } = boundScene();
    const [one, two] = [open(), open()];
    await one.login(ada);
    const database = holdDatabase('latchkey-dpop', nth);
    await one.logout();
    await database.untilHeld();
    await two.login(ada);
    database.letGo();
    await database.untilRest();
    server.clock.advance('20m');
    expect((await two.fetch('me')).status).toBe(200);
  });
}

it('a session handed over is bound to one key, also when the answer that says so is lost', async () => {
  let lost = 0;
  const { server, open } = boundScene(async (request) => {
    const response = await server.fetch(request);
    if (!request.url.endsWith('/refresh') || !response.ok || lost > 0) return response;
    lost += 1;
    throw new TypeError('Failed to fetch');
  });
  const client = open();
  client.adoptTokens(await server.seedSession('ada'));
  await client.refresh().catch(() => {});
  server.clock.advance('5m');
  await open().refresh({ force: true });
  expect([lost, (await client.fetch('me')).status]).toEqual([1, 200]);
});

it('a database that never answers holds nobody up for ever', async () => {
  const { open } = boundScene();
  await open().login(ada);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const opening = vi.spyOn(indexedDB, 'open').mockReturnValue({} as IDBOpenDBRequest);
  onTestFinished(() => {
    opening.mockRestore();
    vi.useRealTimers();
  });
  const client = open();
  const giveUp = new AbortController();
  const call = expect(client.fetch('me', { signal: giveUp.signal })).rejects.toMatchObject({ name: 'AbortError' });
  giveUp.abort();
  const login = expect(client.login(bob)).rejects.toMatchObject({ error: 'dpop_not_supported' });
  await vi.advanceTimersByTimeAsync(60_000);
  await Promise.all([call, login]);
  expect(client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'ada' } });
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
});

it('a key that was not written after all is no key', async () => {
  const { server, open, stored } = boundScene();
  const { put } = IDBObjectStore.prototype;
  const keeping = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (
    this: IDBObjectStore,
    ...it
  ) {
    const request = put.apply(this, it);
    request.addEventListener('success', () => this.transaction.abort());
    return request;
  });
  onTestFinished(() => keeping.mockRestore());
  await expect(open().login(ada)).rejects.toMatchObject({ error: 'dpop_not_supported' });
  expect(stored()).toEqual({});
  expect((await server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
});
