import { expect, test } from 'vitest';
import { type AppWindow, logIn, useApp } from '../support/app.ts';
import { describeIn, engines } from '../support/browsers.ts';

interface Arrival {
  readonly method: string;
  readonly type: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What arrived at `echo` and was taken, byte by byte. */
let taken: Arrival[] = [];
const app = useApp({
  around: (fetch) => async (request, context) => {
    if (!request.url.endsWith('/echo')) return fetch(request, context);
    const copy = request.clone();
    const response = await fetch(request, context);
    if (response.status === 200) {
      const bytes = new Uint8Array(await copy.arrayBuffer());
      taken.push({ method: copy.method, type: copy.headers.get('content-type'), bytes });
    } else void copy.body?.cancel();
    return response;
  },
});

// Run in the page.
declare const client: AppWindow['client'];

const mebibyte = 2 ** 20;

/** Sends a body of that kind; gives the status, and how many bytes the answer says arrived. */
const send = async (kind: string, method: string, api: string): Promise<[status: number, length: number]> => {
  const bytes = new Uint8Array(5 * 2 ** 20).map((_, n) => n % 251);
  const few = bytes.slice(0, 1_000);
  const form = new FormData();
  form.append('name', 'João 使 👩‍🚀');
  form.append('file', new File([bytes], 'five.bin', { type: 'application/x-five' }));
  const headers = { 'content-type': 'application/x-ours' };
  const request = new Request(`${api}echo`, { method, body: few, headers });
  const ways: Record<string, () => Promise<Response>> = {
    string: () => client.fetch('echo', { method, body: 'João 使 👩‍🚀' }),
    URLSearchParams: () => client.fetch('echo', { method, body: new URLSearchParams({ a: 'ä & b', c: '' }) }),
    FormData: () => client.fetch('echo', { method, body: form }),
    Blob: () => client.fetch('echo', { method, body: new Blob([bytes], { type: 'application/x-five' }) }),
    ArrayBuffer: () => client.fetch('echo', { method, body: few.buffer, headers }),
    'typed array view': () => client.fetch('echo', { method, body: few.subarray(10, 510), headers }),
    Request: () => client.fetch(request),
    'Request of a FormData': () => client.fetch(new Request(`${api}echo`, { method, body: form })),
    'ky json': () => client.api('echo', { method, json: { name: 'João 使 👩‍🚀' } }),
    'ky FormData': () => client.api('echo', { method, body: form }),
    'ky Blob': () => client.api('echo', { method, body: new Blob([bytes], { type: 'application/x-five' }) }),
    'ky Request': () => client.api(request),
  };
  const response = await (ways[kind] as () => Promise<Response>)();
  return [response.status, (await response.json()).body.length];
};

const cases: [kind: string, method: string][] = [
  ['string', 'POST'],
  ['URLSearchParams', 'PUT'],
  ['FormData', 'POST'],
  ['Blob', 'PUT'],
  ['ArrayBuffer', 'PATCH'],
  ['typed array view', 'DELETE'],
  ['Request', 'POST'],
  ['ky json', 'PATCH'],
  ['Request of a FormData', 'POST'],
  ['ky FormData', 'POST'],
  ['ky Blob', 'PUT'],
  ['ky Request', 'POST'],
];
const pattern = (from: number, to: number) => Uint8Array.from({ length: to - from }, (_, n) => (n + from) % 251);
const text = (value: string) => new TextEncoder().encode(value);
const expected: Record<string, { type: string; bytes: Uint8Array }> = {
  string: { type: 'text/plain;charset=UTF-8', bytes: text('João 使 👩‍🚀') },
  URLSearchParams: { type: 'application/x-www-form-urlencoded;charset=UTF-8', bytes: text('a=%C3%A4+%26+b&c=') },
  Blob: { type: 'application/x-five', bytes: pattern(0, 5 * mebibyte) },
  ArrayBuffer: { type: 'application/x-ours', bytes: pattern(0, 1_000) },
  'typed array view': { type: 'application/x-ours', bytes: pattern(10, 510) },
  Request: { type: 'application/x-ours', bytes: pattern(0, 1_000) },
  json: { type: 'application/json', bytes: text('{"name":"João 使 👩‍🚀"}') },
};

/** A form has another boundary each time, so that it is read and not compared as a whole. */
async function expectForm({ type, bytes }: Arrival): Promise<void> {
  const form = await new Response(bytes, { headers: { 'content-type': type ?? '' } }).formData();
  expect([...form.keys()]).toEqual(['name', 'file']);
  expect(form.get('name')).toBe('João 使 👩‍🚀');
  const file = form.get('file') as File;
  expect([file.name, file.type]).toEqual(['five.bin', 'application/x-five']);
  expect(Buffer.from(await file.arrayBuffer()).equals(pattern(0, 5 * mebibyte))).toBe(true);
}

/** WebKit sends a copy of a Request without the files of its form. Give the form to `fetch` itself and it arrives. */
const impossible: Record<string, string[]> = { webkit: ['Request of a FormData'] };

describeIn(engines, 'a request that the server refuses because its token has expired', (browser, engine) => {
  test('is taken whole, exactly once, on the second try: each kind of body (P1)', async () => {
    const { site } = app;
    taken = [];
    const [tab] = await app.open(browser());
    await logIn(tab);
    const possible = cases.filter(([kind]) => !impossible[engine]?.includes(kind));
    for (const [kind, method] of possible) {
      taken = [];
      const before = site.asked('echo').length;
      // For the server the token has expired; the page does not know.
      site.server.clock.advance('20m');
      const [status, length] = await tab.evaluate(send, kind, method, site.api);
      expect(status, kind).toBe(200);
      expect(
        site
          .asked('echo')
          .slice(before)
          .map(({ status }) => status),
        kind,
      ).toEqual([401, 200]);
      const [arrival, ...more] = taken as [Arrival, ...Arrival[]];
      expect(more, kind).toEqual([]);
      expect(arrival.method, kind).toBe(method);
      expect(length, kind).toBe(arrival.bytes.byteLength);
      if (kind.includes('FormData')) {
        await expectForm(arrival);
        continue;
      }
      const { type, bytes } = expected[kind.replace(/^ky /, '')] ?? expect.unreachable(kind);
      expect(arrival.type, kind).toBe(type);
      expect(Buffer.from(arrival.bytes).equals(bytes), kind).toBe(true);
    }
    expect(site.asked('refresh')).toHaveLength(possible.length);
  });
});
