import 'fake-indexeddb/auto';
import { createAuthClient } from '@latchkey/client';
import { cheapPasswordHasher, createAuthServer, manualClock, platformOf } from '@latchkey/mock-server';
import { expect, it, onTestFinished, vi } from 'vitest';
import { holdDatabase } from '../support/bound-scene.ts';
import { fetchFrom } from '../support/open-tab.ts';
import { baseUrl, users } from '../support/scene.ts';

// Kind: a secret that the browser could keep out of reach lies in storage, where it is copied along with the session.

async function scene() {
  const server = createAuthServer({ users, passwordHasher: cheapPasswordHasher(), clock: manualClock() });
  const open = () => {
    const client = createAuthClient({ baseUrl, platform: platformOf(server.clock), fetch: fetchFrom(server) });
    onTestFinished(() => client.dispose());
    return client;
  };
  const stored = (): Record<string, unknown> => JSON.parse(localStorage.getItem('latchkey') ?? '{}');
  const hidden = () => vi.waitFor(() => expect(stored()).not.toHaveProperty('secret'));
  const refreshes = () => server.requests.filter(({ endpoint }) => endpoint === 'refresh');
  return { server, open, stored, hidden, refreshes, tokens: await server.seedSession('ada') };
}

it('tokens handed over lose their secret without waiting for a refresh, and nobody is told of it (OX9)', async () => {
  const { open, stored, hidden, refreshes, tokens } = await scene();
  const client = open();
  const heard: string[] = [];
  client.subscribe((_, { type }) => void heard.push(type));
  const session = client.adoptTokens(tokens);
  expect(stored()).toHaveProperty('secret');
  await hidden();
  expect(stored()).toMatchObject({ refreshToken: tokens.refresh_token, generation: 0 });
  expect(client.session).toBe(session);
  expect(heard).toEqual(['signed-in']);
  expect(refreshes()).toEqual([]);
});

it('a lost answer is asked for with the same key before and after the secret has gone, also by the next page (OX9)', async () => {
  const { server, open, hidden, refreshes, tokens } = await scene();
  const page = open();
  page.adoptTokens(tokens);
  await hidden();
  server.faults.next('refresh', { loseResponse: true, times: 3 } as never);
  const failed = page.refresh({ force: true }).catch(() => {});
  await vi.waitFor(() => expect(refreshes()).toHaveLength(1));
  page.dispose();
  await failed;
  server.faults.clear();
  const next = open();
  await next.refresh();
  const keys = refreshes().map(({ idempotencyKey }) => idempotencyKey);
  expect(keys.length).toBeGreaterThan(1);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toBeTruthy();
  expect((await next.fetch('me')).status).toBe(200);
});

it('a page that was closed in between leaves it to the next one (OX9)', async () => {
  const { open, stored, hidden, tokens } = await scene();
  const database = holdDatabase('latchkey', 1);
  const page = open();
  page.adoptTokens(tokens);
  await database.untilHeld();
  page.dispose();
  database.letGo();
  await vi.waitFor(() => expect(stored()).toHaveProperty('secret'));
  const next = open();
  await hidden();
  expect((await next.refresh()).status).toBe('signed-in');
});

it('the same tokens handed over twice make one session without a secret, which works (OX9)', async () => {
  const { server, open, hidden, tokens } = await scene();
  const client = open();
  client.adoptTokens(tokens);
  client.adoptTokens(tokens);
  await hidden();
  await client.refresh({ force: true });
  server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
});

it('where there is no database the secret stays, and the session works (OX9)', async () => {
  const { indexedDB } = globalThis;
  Reflect.deleteProperty(globalThis, 'indexedDB');
  onTestFinished(() => void Object.assign(globalThis, { indexedDB }));
  const { open, stored, refreshes, tokens } = await scene();
  const client = open();
  client.adoptTokens(tokens);
  expect((await client.refresh({ force: true })).status).toBe('signed-in');
  expect(stored()).toHaveProperty('secret');
  expect(refreshes()[0]?.idempotencyKey).toBeTruthy();
});

it('a database that never answers holds nothing up (OX9)', async () => {
  const database = holdDatabase('latchkey', 1);
  const { server, open, stored, refreshes, tokens } = await scene();
  const client = open();
  client.adoptTokens(tokens);
  await database.untilHeld();
  expect((await client.fetch('me')).status).toBe(200);
  const refresh = client.refresh({ force: true });
  await new Promise((resolve) => setTimeout(resolve, 50));
  server.clock.advance(2_000);
  expect((await refresh).status).toBe('signed-in');
  // The refresh has brought a key of its own, which what comes late does not replace.
  expect(stored()).not.toHaveProperty('secret');
  database.letGo();
  await new Promise((resolve) => setTimeout(resolve, 50));
  client.dispose();
  const next = open();
  server.faults.next('refresh', { loseResponse: true });
  const refreshed = next.refresh({ force: true });
  await vi.waitFor(() => expect(refreshes()).toHaveLength(2));
  await new Promise((resolve) => setTimeout(resolve, 50));
  server.clock.advance(1_000);
  expect((await refreshed).status).toBe('signed-in');
  const [, second, third] = refreshes();
  expect(third?.idempotencyKey).toBe(second?.idempotencyKey);
});
