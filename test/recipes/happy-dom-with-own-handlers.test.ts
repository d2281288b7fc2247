// @vitest-environment happy-dom
import { createAuthClient } from '@latchkey/client';
import { createAuthServer, platformOf } from '@latchkey/mock-server';
import { createHandlers } from '@latchkey/mock-server/msw';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

// Kind: the handlers answer the preflight of their own endpoints alone, so that a page never gets to the application's own.

const baseUrl = 'https://api.example.com/v1/';
const server = createAuthServer({ users: [{ username: 'ada', password: 'lovelace' }] });
const own = [
  http.get(`${baseUrl}orders`, ({ request }) =>
    HttpResponse.json({ by: request.headers.get('authorization')?.slice(0, 7) }),
  ),
  http.delete('https://api.example.com/other/orders', () => HttpResponse.json({ deleted: true })),
  http.post(`${baseUrl}orders`, async ({ request }) => HttpResponse.json(await request.json())),
  http.get('https://elsewhere.example/x', () => HttpResponse.json({})),
];
const network = setupServer();
beforeAll(() => network.listen({ onUnhandledFrame: 'error' }));
afterAll(() => network.close());

for (const order of ['before', 'after'] as const) {
  const handlers = () => {
    const auth = createHandlers(server, { baseUrl });
    return order === 'before' ? [...own, ...auth] : [...auth, ...own];
  };
  beforeEach(() => localStorage.clear());

  test(`a page asks the application's own endpoint, whose handler stands ${order} ours (OS7)`, {
    timeout: 5_000,
  }, async () => {
    network.resetHandlers(...handlers());
    const client = createAuthClient({ baseUrl, platform: platformOf(server.clock) });
    client.adoptTokens(await server.seedSession('ada'));
    expect(await (await client.fetch('orders')).json()).toEqual({ by: 'Bearer ' });
    expect(await (await client.fetch('me')).json()).toMatchObject({ username: 'ada' });
    client.dispose();
  });

  test(`and another path of the origin, with a method that needs leave; handler ${order} (OS7)`, {
    timeout: 5_000,
  }, async () => {
    network.resetHandlers(...handlers());
    const answer = await fetch('https://api.example.com/other/orders', {
      method: 'DELETE',
      headers: { 'x-mine': '1' },
    });
    expect(await answer.json()).toEqual({ deleted: true });
  });

  test(`with a body and a header of its own; handler ${order} (OS7)`, { timeout: 5_000 }, async () => {
    network.resetHandlers(...handlers());
    const headers = { 'content-type': 'application/json', 'x-tenant-id': '7', traceparent: '00-0-0-01' };
    const answer = await fetch(`${baseUrl}orders`, { method: 'POST', headers, body: '{"a":1}' });
    expect(await answer.json()).toEqual({ a: 1 });
  });

  test(`the preflight of another origin is left to the application; handler ${order} (OS7)`, {
    timeout: 5_000,
  }, async () => {
    network.resetHandlers(...handlers());
    await expect(fetch('https://elsewhere.example/x', { headers: { 'x-mine': '1' } })).rejects.toThrow();
  });
}
