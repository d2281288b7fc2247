import { oauthProtocol } from '@latchkey/client';
import { afterEach, expect, it, vi } from 'vitest';
import { atRest, createScene } from '../support/scene.ts';

afterEach(() => vi.restoreAllMocks());

const protocol = oauthProtocol();

/** What a login does in the moment in which its answer has been read. */
const moments: Readonly<Record<string, (giveUp: () => void) => void>> = {
  'in the very turn of its answer': (giveUp) => giveUp(),
  'after its answer, while the ticket is made': (giveUp) => {
    const digest = crypto.subtle.digest.bind(crypto.subtle);
    vi.spyOn(crypto.subtle, 'digest').mockImplementationOnce((...given) => {
      giveUp();
      return digest(...given);
    });
  },
};

for (const [when, act] of Object.entries(moments)) {
  it(`a login that is given up ${when} signs nobody in, and what the server began is ended`, async () => {
    const scene = createScene();
    const abort = new AbortController();
    const { client, heard } = scene.open({
      protocol: {
        ...protocol,
        async readTokens(response, asked) {
          const outcome = await protocol.readTokens(response, asked);
          act(() => abort.abort());
          return outcome;
        },
      },
    });
    const login = client.login({ username: 'ada', password: 'ada-password' }, { signal: abort.signal });
    await expect(login).rejects.toMatchObject({ name: 'AbortError' });
    await atRest(scene);
    expect(abort.signal.aborted).toBe(true);
    expect(client.session.status).toBe('signed-out');
    expect(heard).not.toContain('signed-in');
    expect(scene.profile.stored.size).toBe(0);
    expect((await scene.server.sessions.list('ada')).map(({ revokedAt }) => revokedAt !== null)).toEqual([true]);
  });
}

it('a login that is given up in front of a network that does not mind is ended once it is answered', async () => {
  const scene = createScene();
  const { options } = scene.profile.openTab();
  const { client } = scene.open({
    ...options,
    fetch: (input, init) => options.fetch(input, { ...init, signal: null }),
  });
  const abort = new AbortController();
  scene.server.faults.next('login', { delay: 1000, after: 'commit' });
  const credentials = { username: 'ada', password: 'ada-password' };
  const login = expect(client.login(credentials, { signal: abort.signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  while ((await scene.server.sessions.list('ada')).length === 0) await new Promise(setImmediate);
  await atRest(scene);
  abort.abort();
  scene.server.clock.advance(1000);
  await login;
  await atRest(scene);
  expect(client.session.status).toBe('signed-out');
  expect((await scene.server.sessions.list('ada')).map(({ revokedAt }) => revokedAt !== null)).toEqual([true]);
});

it('a refusal of a login that was given up is the caller’s own abort', async () => {
  const scene = createScene();
  const abort = new AbortController();
  const { client } = scene.open({
    protocol: {
      ...protocol,
      async readTokens(response, asked) {
        abort.abort();
        return protocol.readTokens(response, asked);
      },
    },
  });
  const login = client.login({ username: 'ada', password: 'a wrong one' }, { signal: abort.signal });
  await expect(login).rejects.toMatchObject({ name: 'AbortError' });
});
