import { expect, it, vi } from 'vitest';
import { atRest, createScene, live, type Scene } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };
const bob = { username: 'bob', password: 'bob-password' };

/** A tab with a session that has lapsed. */
const lapsed = async (scene: Scene, onLoginRequired: (why: string) => Promise<unknown> | undefined) => {
  const tab = scene.open({ onLoginRequired });
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('8d');
  return tab;
};

for (const [what, answer] of Object.entries<() => Promise<unknown> | undefined>({
  'has nothing to offer': () => undefined,
  'is dismissed': async () => {},
  fails: async () => Promise.reject(new Error('closed')),
  throws: () => {
    throw new Error('of the application');
  },
})) {
  it(`a dialog that ${what} leaves each caller with the error it would have had, and is asked again next time (F3)`, async () => {
    const scene = createScene();
    const ask = vi.fn(answer);
    const { client } = await lapsed(scene, ask);
    const both = [client.fetch('me'), client.api.get('me'), client.getAccessToken()];
    for (const result of await Promise.allSettled(both)) {
      expect(result).toMatchObject({ reason: { name: 'LoginRequiredError', reason: 'window-passed' } });
    }
    const asked = ask.mock.calls.length;
    expect(asked).toBeGreaterThan(0);
    await expect(client.fetch('me')).rejects.toMatchObject({ name: 'LoginRequiredError' });
    expect(ask.mock.calls.length).toBe(asked + 1);
    expect(client.session.status).toBe('lapsed');
    expect(scene.count('refresh')).toBe(0);
  });
}

it('requests of all kinds, bodies and all, go on after the login of the same user (F3)', async () => {
  const scene = createScene();
  const { client } = await lapsed(scene, () => client.login(ada));
  const results = await Promise.all([
    client.fetch('echo', { method: 'PUT', body: 'text' }).then((response) => response.json()),
    client.api.put('echo', { body: 'text' }).json(),
    client
      .fetch(new Request('https://api.test/echo', { method: 'PUT', body: 'text' }))
      .then((response) => response.json()),
  ]);
  for (const echo of results) expect(echo).toMatchObject({ method: 'PUT', body: { length: 4 } });
  expect(scene.count('echo')).toBe(3);
  expect(await client.getAccessToken()).toBe(scene.stored().accessToken);
});

it('none goes on as another user, whichever way it was sent, and that user is signed in (F3, X1)', async () => {
  const scene = createScene();
  const { client } = await lapsed(scene, () => client.login(bob));
  const results = await Promise.allSettled([
    client.fetch('echo', { method: 'DELETE' }),
    client.api.delete('echo'),
    client.getAccessToken(),
  ]);
  for (const result of results) expect(result).toMatchObject({ reason: { name: 'SessionChangedError' } });
  expect(scene.count('echo')).toBe(0);
  expect(await (await client.fetch('me')).json()).toMatchObject({ sub: 'bob' });
});

it('nor as another user who logs in in another tab (F3, X1)', async () => {
  const scene = createScene();
  const tab = await lapsed(scene, () => new Promise(() => {}));
  const other = scene.open();
  const waiting = expect(tab.client.fetch('echo', { method: 'DELETE' })).rejects.toMatchObject({
    name: 'SessionChangedError',
  });
  await atRest(scene);
  await other.client.login(bob);
  await waiting;
  expect(scene.count('echo')).toBe(0);
});

it('a caller that gives up waiting for the login is let go, and the others go on (F3)', async () => {
  const scene = createScene();
  const abort = new AbortController();
  const tab = await lapsed(scene, () => new Promise(() => {}));
  const gone = [
    tab.client.fetch('me', { signal: abort.signal }),
    tab.client.api.get('me', { signal: abort.signal }),
    tab.client.getAccessToken({ signal: abort.signal }),
  ].map((call) => expect(call).rejects.toMatchObject({ name: 'AbortError' }));
  const stays = tab.client.fetch('me');
  await atRest(scene);
  abort.abort();
  await Promise.all(gone);
  await tab.client.login(ada);
  expect((await stays).status).toBe(200);
  expect(scene.count('me')).toBe(1);
});

it('a logout while the dialog is open ends the waiting (F3)', async () => {
  const scene = createScene();
  const tab = await lapsed(scene, () => new Promise(() => {}));
  const waiting = tab.client.fetch('me').then(
    ({ status }) => status,
    ({ code }) => code,
  );
  await atRest(scene);
  await tab.client.logout();
  await atRest(scene);
  expect(await Promise.race([waiting, 'still waiting'])).not.toBe('still waiting');
});

it('a session revoked by the server asks with that reason, and a request goes on after the login (F3, F4)', async () => {
  const scene = createScene();
  const ask = vi.fn(() => client.login(ada));
  const { client } = scene.open({ onLoginRequired: ask });
  client.adoptTokens(await scene.server.seedSession('ada'));
  await scene.server.sessions.revoke(scene.stored().sid);
  expect((await client.fetch('me')).status).toBe(200);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(ask).toHaveBeenCalledWith('revoked');
});

it('requests of two tabs that learn together that the session is revoked go on together after one login (F3)', async () => {
  const scene = createScene();
  const asked: string[] = [];
  const onLoginRequired = (why: string): Promise<unknown> => {
    asked.push(why);
    return new Promise(() => {});
  };
  const [a, b] = [scene.open({ onLoginRequired }), scene.open({ onLoginRequired })];
  a.client.adoptTokens(await scene.server.seedSession('ada'));
  await b.client.fetch('me');
  await scene.server.sessions.revoke(scene.stored().sid);
  const requests = [a.client.fetch('me'), b.client.fetch('me'), a.client.api.get('me'), b.client.api.get('me')];
  await live(scene, 500, 10);
  expect(asked).toEqual(['revoked', 'revoked']);
  await b.client.login(ada);
  await live(scene, 500, 10);
  expect((await Promise.all(requests)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(scene.count('refresh')).toBe(1);
});
