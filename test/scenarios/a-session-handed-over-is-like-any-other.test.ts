import { jsonProtocol } from '@latchkey/client';
import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live, type SceneTab, signedIn } from '../support/scene.ts';

type Scene = Awaited<ReturnType<typeof signedIn>>;

for (const [what, end] of Object.entries({
  'the tab that got them': async ({ tab }) => {
    void tab.client.logout();
    return tab;
  },
  'a tab beside it': async (scene) => {
    const other = scene.open();
    await atRest(scene);
    void other.client.logout();
    return other;
  },
  'a tab that heard of them': async (scene) => {
    const other = scene.open();
    scene.tab.client.adoptTokens(await scene.server.seedSession('ada'));
    await atRest(scene);
    scene.server.faults.next('logout', { networkError: true });
    void other.client.logout();
    return other;
  },
  'the page after a reload': async (scene) => {
    scene.tab.kill();
    const next = scene.open();
    await atRest(scene);
    void next.client.logout();
    return next;
  },
  'tokens that replace them': async ({ tab, server }) => {
    tab.client.adoptTokens(await server.seedSession('bob'));
    return tab;
  },
} satisfies Record<string, (scene: Scene) => Promise<SceneTab>>)) {
  it(`a session of tokens handed over that is ended without a network by ${what}, closed at once, is ended on the server later (L2)`, async () => {
    const scene = await signedIn({ clock: manualClock() });
    await live(scene, 60_000, 10_000);
    scene.server.faults.next('logout', { networkError: true });
    const tab = await end(scene);
    for (const each of new Set([tab, scene.tab])) each.kill();
    await atRest(scene);
    scene.open();
    await live(scene, 60_000, 1000);
    const ended = (await scene.server.sessions.list('ada')).map(({ revokedAt }) => revokedAt !== null);
    expect(new Set(ended)).toEqual(new Set([true]));
  });
}

/** A server that does not name its sessions: the refresh token is all there is to tell them by, and a login gives it again. */
const nameless = () => {
  const ended: string[] = [];
  const tokens = { access_token: 'an-opaque-access-token', refresh_token: 'the refresh token', expires_in: 1200 };
  const fetch: typeof globalThis.fetch = async (input) => {
    const { url } = input as Request;
    if (!url.endsWith('/auth/logout')) return Response.json(tokens);
    ended.push(url);
    return Response.json({ status: 'revoked' });
  };
  return { ended, tokens, fetch };
};

it('the same tokens handed over twice, as StrictMode does, do not end their own session', async () => {
  const { ended, tokens, fetch } = nameless();
  const scene = createScene();
  const { client } = scene.open({ fetch });
  client.adoptTokens(tokens);
  client.adoptTokens(tokens);
  await atRest(scene);
  expect(ended).toEqual([]);
  expect(client.session.status).toBe('signed-in');
  await client.logout();
  expect(ended).toHaveLength(1);
});

it('a login that the server answers with the refresh token in use ends nothing', async () => {
  const { ended, fetch } = nameless();
  const scene = createScene();
  const { client } = scene.open({ fetch, protocol: jsonProtocol() });
  await client.login({ username: 'ada' });
  await client.login({ username: 'ada' });
  await atRest(scene);
  expect(ended).toEqual([]);
  expect(client.session.status).toBe('signed-in');
});
