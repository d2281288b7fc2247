import { expect, it } from 'vitest';
import { baseUrl, signedIn } from '../support/scene.ts';

const text = 'grüße '.repeat(1000);
const bytes = new TextEncoder().encode(text);
const form = (): FormData => {
  const data = new FormData();
  data.set('file', new File([bytes], 'a.txt'));
  return data;
};
const bodies: Record<string, () => BodyInit> = {
  string: () => text,
  URLSearchParams: () => new URLSearchParams({ text }),
  FormData: form,
  Blob: () => new Blob([bytes]),
  ArrayBuffer: () => bytes.slice().buffer,
  'typed array': () => bytes,
};

for (const [kind, body] of Object.entries(bodies)) {
  it(`a ${kind} body arrives whole, exactly once, after one refresh (P1)`, async () => {
    const { server, client, count } = await signedIn();
    const direct = await (await client.fetch('echo', { method: 'PUT', body: body() })).json();
    await server.keys.rotate({ immediately: true });
    const seen = server.requests.length;
    const response = await client.fetch('echo', { method: 'PUT', body: body() });
    expect(response.status).toBe(200);
    const echo = (await response.json()) as { method: string; body: { digest: string } };
    expect(echo.method).toBe('PUT');
    if (kind !== 'FormData') expect(echo.body).toEqual(direct.body);
    expect(server.requests.slice(seen).map(({ endpoint, status }) => [endpoint, status])).toEqual([
      ['echo', 401],
      ['refresh', 200],
      ['echo', 200],
    ]);
    expect(count('refresh')).toBe(1);
  });
}

it('a Request is sent once more with its body, and is used up as with native fetch (P1)', async () => {
  const { server, client } = await signedIn();
  await server.keys.rotate({ immediately: true });
  const request = new Request(`${baseUrl}echo`, { method: 'POST', body: text, headers: { 'x-own': 'kept' } });
  const response = await client.fetch(request);
  expect(response.status).toBe(200);
  expect(request.bodyUsed).toBe(true);
  expect(request.headers.has('authorization')).toBe(false);
  const echo = (await response.json()) as { headers: Record<string, string>; body: { length: number } };
  expect(echo.headers['x-own']).toBe('kept');
});

it('client.api sends JSON once more after one refresh (P1, P2)', async () => {
  const { server, client, count } = await signedIn();
  const direct = await client.api.post('echo', { json: { text } }).json<{ body: unknown }>();
  await server.keys.rotate({ immediately: true });
  const echo = await client.api.post('echo', { json: { text }, retry: 0 }).json<{ body: unknown }>();
  expect(echo.body).toEqual(direct.body);
  expect(count('refresh')).toBe(1);
});
