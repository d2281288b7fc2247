import type { AuthClient } from '@latchkey/client';
import { eventStream } from '@latchkey/client/live';
import { manualClock } from '@latchkey/mock-server';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { atRest, baseUrl, createScene } from '../support/scene.ts';

interface Connection {
  readonly request: Request;
  send(text: string): void;
  end(): void;
}

/** A page where Ada is signed in, and an endpoint that sends events to whoever has a good token. */
async function openPage(
  answer?: (n: number) => Response | undefined,
  onEvent: (client: AuthClient) => Promise<unknown> = async () => {},
) {
  const connections: Connection[] = [];
  let asked = 0;
  const scene = createScene({ clock: manualClock() }, (fetch) => async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).pathname !== '/events') return fetch(request);
    const given = answer?.(asked++);
    if (given) return given;
    const checked = await scene.server.fetch(new Request(`${baseUrl}me`, { headers: request.headers }));
    if (checked.status !== 200) return checked;
    const bytes = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        connections.push({
          request,
          send: (text) => controller.enqueue(bytes.encode(text)),
          end: () => controller.close(),
        });
        request.signal.addEventListener('abort', () => controller.error(request.signal.reason));
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  });
  const { client } = scene.open();
  const other = scene.open().client;
  client.adoptTokens(await scene.server.seedSession('ada'));
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const got: { type: string; data: string; lastEventId: string }[] = [];
  const read = async () => {
    const { signal } = abort;
    for await (const event of eventStream(client, 'events', { signal, setTimer: scene.server.clock.setTimer })) {
      got.push(event);
      await onEvent(client);
    }
  };
  const over = read().then(
    () => 'done',
    (error: Error) => error,
  );
  const connected = (count: number) =>
    eventually(async () => {
      await atRest(scene);
      scene.server.clock.advance(1000);
      expect(connections).toHaveLength(count);
      return connections[count - 1] as Connection;
    });
  return { ...scene, client, other, abort, got, over, connections, connected };
}

it('events arrive however they are cut, with the token in the header alone', async () => {
  const { got, connected } = await openPage();
  const { send, request } = await connected(1);
  const text = ': hello\r\nevent: price\r\nid: 7\r\ndata: {"eur":\r\ndata:"1€"}\r\n\r\ndata\n\nid: 8\rdata: x\r\r\n';
  for (const part of text) send(part);
  send('retry: 1\n\ndata: unfinished');
  await eventually(() => expect(got).toHaveLength(3));
  expect(got).toEqual([
    { type: 'price', data: '{"eur":\n"1€"}', lastEventId: '7' },
    { type: 'message', data: '', lastEventId: '7' },
    { type: 'message', data: 'x', lastEventId: '8' },
  ]);
  expect(request.url).toBe(`${baseUrl}events`);
  expect(request.headers.get('authorization')).toMatch(/^Bearer /);
});

it('nothing but a line break ends a line: JSON may hold U+2028 and U+2029 as they are', async () => {
  const { got, connected } = await openPage();
  const data = JSON.stringify('one\u2028two\u2029three');
  (await connected(1)).send(`data: ${data}\n\n`);
  await eventually(() => expect(got).toEqual([{ type: 'message', data, lastEventId: '' }]));
});

it('connects again where it left off, with a token that lasts', async () => {
  const { got, connected, count, server } = await openPage();
  const first = await connected(1);
  first.send('id: 41\ndata: a\n\n');
  await eventually(() => expect(got).toHaveLength(1));
  server.clock.advance('19m');
  first.end();
  const second = await connected(2);
  expect(second.request.headers.get('last-event-id')).toBe('41');
  expect(count('refresh')).toBe(1);
  second.send('data: b\n\n');
  await eventually(() => expect(got.at(-1)).toEqual({ type: 'message', data: 'b', lastEventId: '41' }));
});

it('an id may come without an event, and be of any characters: it goes back as UTF-8', async () => {
  const { connected } = await openPage();
  const first = await connected(1);
  first.send('id: 41\ndata: a\n\nid: 42 €\n\nid: of an event that was cut off\n');
  first.end();
  const { request } = await connected(2);
  const sent = Buffer.from(request.headers.get('last-event-id') ?? '', 'latin1');
  expect(sent.toString('utf8')).toBe('42 €');
});

it('a server or a network that is down is waited for', async () => {
  const { connected, count } = await openPage((n) => {
    if (n === 0) throw new TypeError('Failed to fetch');
    return n < 3 ? new Response(null, { status: 503 }) : undefined;
  });
  await connected(1);
  expect(count('refresh')).toBe(0);
});

it('an answer that is final is the end: 204, or a refusal', async () => {
  const done = await openPage(() => new Response(null, { status: 204 }));
  expect(await done.over).toBe('done');
  const refused = await openPage(() => new Response(null, { status: 403 }));
  expect(await refused.over).toMatchObject({ name: 'EventStreamError', code: 'ERR_EVENT_STREAM', status: 403 });
});

it('ends when the user leaves, in another tab too, and does not go on as another one', async () => {
  const page = await openPage();
  const { send } = await page.connected(1);
  void page.other.logout();
  expect(await page.over).toMatchObject({ name: 'NotSignedInError' });
  expect(() => send('data: late\n\n')).toThrow();
  const again = await openPage();
  await again.connected(1);
  void again.other.login({ username: 'bob', password: 'bob-password' });
  expect(await again.over).toMatchObject({ name: 'SessionChangedError' });
});

it.each([
  ['logs out', (client: AuthClient) => client.logout(), 'NotSignedInError'],
  [
    'logs in as another one',
    (client: AuthClient) => client.login({ username: 'bob', password: 'bob-password' }),
    'SessionChangedError',
  ],
])('once the user %s no event is delivered, not even one that had arrived', async (_, leave, name) => {
  const { connected, got, over } = await openPage(undefined, leave);
  (await connected(1)).send('data: one\n\ndata: two\n\n');
  expect(await over).toMatchObject({ name });
  expect(got.map(({ data }) => data)).toEqual(['one']);
});

it('the signal ends it, and so does leaving the loop; nothing is left open', async () => {
  const page = await openPage();
  const { request } = await page.connected(1);
  page.abort.abort();
  expect(await page.over).toMatchObject({ name: 'AbortError' });
  expect(request.signal.aborted).toBe(true);
  const { client, connections, connected, server } = await openPage();
  // Two that connect at once have their tokens checked side by side, in no order.
  await connected(1);
  const first = async () => {
    for await (const event of eventStream(client, 'events', { setTimer: server.clock.setTimer })) return event.data;
    return undefined;
  };
  const data = first();
  const { send } = await connected(2);
  send('data: one\n\ndata: two\n\n');
  expect(await data).toBe('one');
  expect(connections[1]?.request.signal.aborted).toBe(true);
  expect(connections[0]?.request.signal.aborted).toBe(false);
});
