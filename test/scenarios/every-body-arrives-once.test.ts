import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { baseUrl, createScene, type Scene } from '../support/scene.ts';

interface Arrival {
  readonly method: string;
  readonly type: string | null;
  readonly own: string | null;
  readonly body: Uint8Array;
}

/** A scene in which the API has stopped to take the token, and everything that arrives at `echo` is kept. */
async function refusing(): Promise<{ scene: Scene; arrived: Arrival[]; client: ReturnType<Scene['open']>['client'] }> {
  const arrived: Arrival[] = [];
  const scene = createScene({}, (fetch) => async (input, init) => {
    const request = new Request(input, init);
    if (request.url.includes('/echo')) {
      const { method, headers } = request;
      const body = new Uint8Array(await request.clone().arrayBuffer());
      arrived.push({ method, type: headers.get('content-type'), own: headers.get('x-own'), body });
    }
    return fetch(request);
  });
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  await scene.server.keys.rotate({ immediately: true });
  return { scene, arrived, client };
}

const bytes = crypto.getRandomValues(new Uint8Array(60_000));
const file = (size: number): File => new File([new Uint8Array(size).fill(7), bytes], 'ünï.bin', { type: 'image/x' });
const form = (size: number): FormData => {
  const data = new FormData();
  data.set('text', 'grüße\r\n--boundary');
  data.set('file', file(size));
  return data;
};
const bodies: Record<string, () => BodyInit> = {
  string: () => 'grüße',
  'empty string': () => '',
  URLSearchParams: () =>
    new URLSearchParams([
      ['a', 'ü'],
      ['a', '&'],
    ]),
  'FormData with a file': () => form(10_000),
  Blob: () => new Blob([bytes], { type: 'application/x-own' }),
  File: () => file(10),
  ArrayBuffer: () => bytes.slice().buffer,
  'view of a part of a buffer': () => bytes.subarray(100, 2_000),
  DataView: () => new DataView(bytes.buffer, 5, 50),
};
const hash = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

/** The body with the boundary that its type names replaced: only that may differ between two encodings of one form. */
const normal = ({ type, body }: Arrival): string => {
  const boundary = /boundary=(.+)$/.exec(type ?? '')?.[1];
  return boundary
    ? hash(Buffer.from(Buffer.from(body).toString('latin1').replaceAll(boundary, 'B'), 'latin1'))
    : hash(body);
};

const methods = ['POST', 'PUT', 'PATCH', 'DELETE'];
for (const [n, [kind, body]] of Object.entries(bodies).entries()) {
  // Each kind with two of the four methods.
  for (const method of [methods[n % 4] ?? '', methods[(n + 2) % 4] ?? '']) {
    it(`${method} with ${kind}: fetch, a Request and client.api each arrive whole on the second try (P1)`, async () => {
      const { scene, arrived, client } = await refusing();
      const headers = { 'x-own': 'kept' };
      const ways = [
        () => client.fetch('echo', { method, body: body(), headers }),
        () => client.fetch(new Request(`${baseUrl}echo`, { method, body: body(), headers })),
        () => client.fetch(new Request(`${baseUrl}echo`, { method: 'PUT', headers }), { method, body: body() }),
        () => client.api('echo', { method, body: body(), headers, retry: 0 }),
      ];
      for (const way of ways) {
        arrived.length = 0;
        const response = await way();
        expect(response.status).toBe(200);
        const echo = (await response.json()) as { method: string; body: { length: number; sha256: string } };
        const [refused, taken] = arrived as [Arrival, Arrival];
        expect(arrived).toHaveLength(2);
        expect(taken).toMatchObject({ method, own: 'kept', type: expect.toSatisfy((type) => type === null || !!type) });
        expect(normal(taken)).toBe(normal(refused));
        expect(echo).toMatchObject({ method, body: { length: taken.body.length, sha256: hash(taken.body) } });
        if (kind !== 'FormData with a file') expect(taken.type).toBe(refused.type);
        await scene.server.keys.rotate({ immediately: true });
      }
      const sent = scene.server.requests.filter(({ endpoint }) => endpoint === 'echo').map(({ status }) => status);
      expect(sent).toEqual([401, 200, 401, 200, 401, 200, 401, 200]);
    });
  }
}

it('JSON of client.api arrives whole, and searchParams and prefix are kept (P1, P2)', async () => {
  const { arrived, client } = await refusing();
  const api = client.api.extend((parent) => ({ headers: { ...parent.headers, 'x-own': 'kept' } }));
  const echo = await api.post('echo', { json: { a: ['ü'] }, searchParams: { q: '1 2' }, retry: 0 }).json();
  expect(echo).toMatchObject({ query: '?q=1+2' });
  expect(arrived.map(({ type, own, body }) => [type, own, new TextDecoder().decode(body)])).toEqual(
    Array(2).fill(['application/json', 'kept', '{"a":["ü"]}']),
  );
});

it('what the caller passed in is as it was: init, headers, Request (P1)', async () => {
  const { client } = await refusing();
  const headers = new Headers({ 'x-own': 'kept' });
  const init = Object.freeze({ method: 'POST', body: 'text', headers });
  expect((await client.fetch('echo', init)).status).toBe(200);
  expect([...headers]).toEqual([['x-own', 'kept']]);
  const request = new Request(`${baseUrl}echo`, { method: 'POST', body: 'text', headers });
  await client.fetch(request.clone());
  expect(request.bodyUsed).toBe(false);
  expect([...request.headers.keys()]).not.toContain('authorization');
  const pairs: [string, string][] = [['x-own', 'kept']];
  await client.fetch('echo', { method: 'POST', headers: pairs });
  expect(pairs).toEqual([['x-own', 'kept']]);
});
