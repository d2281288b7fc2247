import type { AuthClient, AuthClientOptions } from '@latchkey/client';
import { expect, it } from 'vitest';
import { baseUrl, createScene } from '../support/scene.ts';

// Kind: a decision is asked of the application without what it needs to decide.

type Verdict = NonNullable<AuthClientOptions['isTokenExpired']>;

/** A scene with Ada signed in, over a fetch that is a mere function, and whatever the verdict was asked. */
async function judged(verdict: Verdict = () => false) {
  const asked: { method: string; url: string; headers: Record<string, string>; responseUrl: string }[] = [];
  const scene = createScene({}, (fetch) => async (input, init) => {
    const request = new Request(input, init);
    return request.url.includes('/auth/') ? fetch(request) : new Response('no', { status: 401 });
  });
  const { client } = scene.open({
    isTokenExpired: (response, request) => {
      const { method, url, headers } = request;
      asked.push({ method, url, headers: Object.fromEntries(headers), responseUrl: response.url });
      return verdict(response, request);
    },
  });
  client.adoptTokens(await scene.server.seedSession('ada'));
  return { scene, client, asked };
}

const ways: Record<string, (client: AuthClient) => Promise<unknown>> = {
  'client.fetch': (client) => client.fetch('orders?a=1', { method: 'post', body: 'x', headers: { 'X-Own': '1' } }),
  'client.fetch with a URL and Headers': (client) =>
    client.fetch(new URL('orders?a=1', baseUrl), { method: 'POST', body: 'x', headers: new Headers({ 'x-own': '1' }) }),
  'client.fetch of a Request': (client) =>
    client.fetch(new Request(`${baseUrl}orders?a=1`, { method: 'POST', body: 'x', headers: { 'x-own': '1' } })),
  'client.api': async (client) =>
    client.api.post('orders', { searchParams: { a: 1 }, body: 'x', headers: { 'x-own': '1' }, throwHttpErrors: false }),
};

for (const [way, ask] of Object.entries(ways)) {
  it(`isTokenExpired gets method, absolute URL and headers of what was sent by ${way}, and no token (OC22)`, async () => {
    const { client, asked } = await judged();
    await ask(client);
    expect(asked).toEqual([
      {
        method: 'POST',
        url: `${baseUrl}orders?a=1`,
        headers: expect.objectContaining({ 'x-own': '1' }),
        responseUrl: '',
      },
    ]);
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
  });
}

it('it may decide by the request: one path means expired, another does not (OC22)', async () => {
  const { client, asked, scene } = await judged(
    (response, { url }) => response.status === 401 && url.endsWith('/orders'),
  );
  await client.fetch('prices');
  expect(scene.count('refresh')).toBe(0);
  await client.fetch('orders');
  expect(scene.count('refresh')).toBe(1);
  // Asked of the second answer, too, so that an endpoint which always refuses causes no loop.
  expect(asked.map(({ url }) => url.slice(baseUrl.length))).toEqual(['prices', 'orders', 'orders']);
});

it('what it does to the request it is given changes nothing that is sent (OC22)', async () => {
  const { client } = await judged((response, { headers }) => {
    headers.set('x-own', '2');
    return response.status === 401;
  });
  const answer = await client.fetch('orders', { headers: { 'x-own': '1' } });
  expect(answer.status).toBe(401);
});

it('an answer that says it was redirected and not where to is judged by where it was sent (OC22)', async () => {
  const { client, asked } = await judged();
  await client.fetch('orders', {
    fetch: async () => Object.defineProperty(new Response(null, { status: 401 }), 'redirected', { value: true }),
  });
  expect(asked).toHaveLength(1);
});
