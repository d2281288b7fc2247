import { expect, it } from 'vitest';
import { memoryStore } from '../store/memory-store.ts';
import type { SessionStore } from '../store/session-store.ts';
import { ada, apiOf, bearer, direct, formPost, outcomeOf, pairOf, testServer } from '../testing/api.ts';
import { memorySigningKeys } from '../tokens/signing-keys.ts';

/** A store that can go away, with a message that nobody outside should read. */
function failingStore() {
  const inner = memoryStore();
  let failing = false;
  const store = new Proxy(inner, {
    get: (target, name: keyof SessionStore) =>
      failing ? () => Promise.reject(new Error('db://secret')) : target[name],
  });
  return {
    store,
    inner,
    fail: (now: boolean) => {
      failing = now;
    },
  };
}

it('while the store is away every endpoint that needs it says "later", applies nothing and gives nothing away', async () => {
  const { store, inner, fail } = failingStore();
  const { server } = testServer({ store });
  const send = direct(server);
  const api = apiOf(send);
  const tokens = await server.seedSession('ada');
  const before = await inner.list();
  fail(true);
  for (const request of [
    () => api.login({ username: ada.username, password: ada.password }),
    () => api.refresh(tokens.refresh_token),
    () => api.logout(pairOf(tokens)),
    () => send('auth/revoke', formPost({ token: tokens.refresh_token })),
    () => api.me(tokens.access_token),
    () => send('auth/sessions', bearer(tokens.access_token)),
    () => send('auth/logout-all', { ...bearer(tokens.access_token), method: 'POST' }),
  ]) {
    const answer = await request();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    const [, body] = await outcomeOf(answer);
    expect(body).toMatchObject({ error: 'temporarily_unavailable' });
    expect(JSON.stringify(body)).not.toContain('secret');
  }
  fail(false);
  expect(await inner.list()).toEqual(before);
  expect((await api.refresh(tokens.refresh_token)).status).toBe(200);
});

it('while only the signing keys are away it is the same, and nothing is spent or begun', async () => {
  const inner = memorySigningKeys();
  let loads = Number.POSITIVE_INFINITY;
  const load = () => {
    loads -= 1;
    return loads < 0 ? Promise.reject(new Error('db://secret')) : inner.load();
  };
  const { server, store } = testServer({ signingKeys: { ...inner, load } });
  const send = direct(server);
  const api = apiOf(send);
  const tokens = await server.seedSession('ada');
  const before = await store.list();
  loads = 0;
  for (const answer of [
    await api.login(),
    await api.refresh(tokens.refresh_token),
    await api.logout(pairOf(tokens)),
    await api.me(tokens.access_token),
    await send('auth/jwks'),
  ]) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.text()).not.toContain('secret');
  }
  expect(await store.list()).toEqual(before);
  // They go away as soon as they have been read once.
  loads = 1;
  expect((await api.refresh(tokens.refresh_token)).status).toBe(200);
});
