import { createAuthClient } from '@latchkey/client';
import { expect, it } from 'vitest';
import { leaked, noteTokens, overhear, overhearServer } from '../../packages/mock-server/src/testing/leak-watch.ts';
import { signedIn } from '../support/scene.ts';

const scene = async () => {
  const { stored, ...rest } = await signedIn();
  const { refreshToken, accessToken } = stored();
  return { refreshToken, accessToken, piece: refreshToken.slice(10, 26), ...rest };
};
type Scene = Awaited<ReturnType<typeof scene>>;
const answering = (body: string) => async () => new Response(body, { status: 500 });
const turn = () => new Promise((done) => setImmediate(done));

/** One leak each. */
const leaks: Record<string, (scene: Scene) => unknown> = {
  'the console': ({ piece }) => console.debug(`token: ${piece}`),
  'the cause of an error': ({ accessToken }) =>
    overhear(new Error('x', { cause: new Error(accessToken.slice(100, 120)) })),
  'a property of an error': ({ piece }) => overhear(Object.assign(new Error('x'), { sent: { piece } })),
  'an event': ({ accessToken }) => overhear({ type: 'token-refreshed', accessToken }),
  'a message between tabs': ({ profile, piece }) => {
    const [one, two] = [profile.openTab(), profile.openTab()].map(({ options }) => options.platform.openChannel?.('x'));
    one?.postMessage({ piece });
    for (const channel of [one, two]) channel?.close();
  },
  'a channel of the browser': ({ piece }) => {
    const channel = new BroadcastChannel('x');
    channel.postMessage(piece);
    channel.close();
  },
  'a stored value that is not the record': ({ piece }) => localStorage.setItem('last-session', piece),
  'a stored value of a tab': ({ profile, piece }) =>
    profile.openTab().options.storage.setItem('latchkey:outbox', piece),
  'an event that a client tells of': async ({ server, piece }) => {
    const client = createAuthClient({ baseUrl: 'https://api.test', storage: 'memory', clientId: 'spa' });
    client.adoptTokens({ ...(await server.seedSession('ada')), sid: piece });
    client.dispose();
  },
  'what a client rejects with': async ({ piece }) => {
    const fetch = async () => Promise.reject(new TypeError(piece));
    const client = createAuthClient({ baseUrl: 'https://api.test', storage: 'memory', fetch });
    await expect(client.login({ username: 'ada' })).rejects.toThrow();
  },
  'the log of a server': ({ server, piece }) => server.fetch(new Request(`https://api.test/auth/sessions/${piece}`)),
  'the body of a refusal': async ({ server, piece }) => {
    await overhearServer({ ...server, fetch: answering(piece) as typeof server.fetch }).fetch(
      new Request('https://api.test'),
    );
    await turn();
  },
};

it.each(Object.entries(leaks))('every scenario finds a piece of a token in %s (ATT-9, TST-18)', async (_, leak) => {
  const scenery = await scene();
  await turn();
  expect(leaked()).toBeNull();
  await leak(scenery);
  await turn();
  expect(leaked()).not.toBeNull();
});

it('fifteen characters are no piece, and neither is what is not of a token', async () => {
  const { piece } = await scene();
  console.debug(piece.slice(1));
  noteTokens('{"accessToken":"short"}');
  console.debug('short');
  expect(leaked()).toBeNull();
});

it('what ky throws holds no token, nor does what is made of it', async () => {
  const { server, client } = await signedIn();
  server.faults.next('me', { status: 500 });
  const error: unknown = await client.api.get('me', { retry: 0 }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'HTTPError' });
  overhear(error);
  overhear([...(error as { request: Request }).request.headers]);
});
