import type { AuthClient } from '@latchkey/client';
import { eventStream } from '@latchkey/client/live';
import { manualClock } from '@latchkey/mock-server';
import { describe, expect, it, onTestFinished } from 'vitest';
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
  delays: number[] = [],
) {
  const connections: Connection[] = [];
  let asked = 0;
  const scene = createScene({ clock: manualClock() }, (fetch) => async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).pathname !== '/events') return fetch(request);
    const given = answer?.(asked++);
    if (given) return given;
    const headers = { authorization: request.headers.get('authorization') ?? '' };
    const checked = await scene.server.fetch(new Request(`${baseUrl}me`, { headers }));
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
    const setTimer = (callback: () => void, delay: number) => {
      delays.push(delay);
      return scene.server.clock.setTimer(callback, delay);
    };
    for await (const event of eventStream(client, 'events', { signal, setTimer })) {
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

const eventType = { 'content-type': 'text/event-stream' };

/** Everything in a stream that comes in these pieces and then ends for good. */
async function eventsIn(pieces: Iterable<string | Uint8Array>) {
  const bytes = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(typeof piece === 'string' ? bytes.encode(piece) : piece);
      controller.close();
    },
  });
  const page = await openPage((n) =>
    n === 0 ? new Response(body, { headers: eventType }) : new Response(null, { status: 204 }),
  );
  await eventually(async () => {
    await atRest(page);
    page.server.clock.advance(1000);
    expect(await Promise.race([page.over, 'going on'])).toBe('done');
  });
  return page.got;
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

// Kind: the work on a text that comes in pieces grows with the square of its length.
describe('work that grows with the length of a stream and no faster (OC12)', () => {
  const limit = 5_000;
  const pieceOf = 2 * 1024;
  const inPieces = (text: string, size = pieceOf) =>
    Array.from({ length: Math.ceil(text.length / size) }, (_, n) => text.slice(n * size, (n + 1) * size));
  it.each<[string, () => string[], number]>([
    ['one line of 8 MiB', () => inPieces(`data: ${'x'.repeat(2 ** 23)}\n\n`), 1],
    ['a comment of 8 MiB', () => inPieces(`:${'x'.repeat(2 ** 23)}\ndata: x\n\n`), 1],
    ['an event of 300,000 lines', () => inPieces('data\n'.repeat(300_000).concat('\n')), 1],
    ['300,000 comments', () => inPieces(':\r\n'.repeat(300_000).concat('data: x\n\n')), 1],
    ['a line in pieces of one character', () => inPieces(`data: ${'x'.repeat(50_000)}\n\n`, 1), 1],
    ['300,000 carriage returns', () => inPieces(`${'\r'.repeat(300_000)}data: x\n\n`), 1],
    ['twenty thousand events', () => inPieces('data: x\n\n'.repeat(20_000)), 20_000],
  ])('%s', async (_, pieces, count) => {
    const given = pieces();
    const before = performance.now();
    const got = await eventsIn(given);
    expect(performance.now() - before).toBeLessThan(limit);
    expect(got).toHaveLength(count);
  });
});

describe('a stream is read as HTML §9.2.6 says (OC12)', () => {
  const message = (data: string, lastEventId = '', type = 'message') => ({ type, data, lastEventId });
  it.each<[string, string[], object[]]>([
    ['a byte order mark at the beginning, once', ['\ufeffdata: a\n\n\ufeffdata: b\n\n'], [message('a')]],
    ['a line break of two characters in two pieces', ['data: a\r', '\ndata: b\r', '', '\n\r', '\n'], [message('a\nb')]],
    [
      'carriage returns at the ends of pieces',
      ['data: a\r', 'data: b\r', '\r', 'data: c\r\r'],
      [message('a\nb'), message('c')],
    ],
    ['one space after the colon is no part of the value', ['data:  a \ndata:b\n\n'], [message(' a \nb')]],
    [
      'a field without a colon is empty',
      ['data\n\n', 'data\ndata\n\n', 'event\ndata: a\n\n'],
      [message(''), message('\n'), message('a')],
    ],
    ['colons in a value', ['data: a: b:c\n\n'], [message('a: b:c')]],
    [
      'comments, unknown fields and names in capitals',
      [': a\n:\nfoo: b\nDATA: c\n data: d\ndata: e\n\n'],
      [message('e')],
    ],
    ['an event without data is none, and its type is forgotten', ['event: a\n\ndata: b\n\n'], [message('b')]],
    [
      'an id lasts until the next, an empty one too',
      ['id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n'],
      [message('a', '1'), message('b', '1'), message('c')],
    ],
    ['an id with NUL is none', ['id: 1\nid: 2\0\ndata: a\n\n'], [message('a', '1')]],
    ['a block that is cut off is none', ['data: a\n\nid: 2\ndata: b\n'], [message('a')]],
    ['the type is the last one that is named', ['event: a\nevent: b\ndata: c\n\n'], [message('c', '', 'b')]],
  ])('%s', async (_, pieces, expected) => {
    expect(await eventsIn(pieces)).toEqual(expected);
  });

  it('a character in two pieces, and bytes that are no UTF-8', async () => {
    const bytes = new TextEncoder().encode('data: €\n\n');
    const broken = new Uint8Array([...new TextEncoder().encode('data: '), 0xff, 10, 10]);
    expect(await eventsIn([bytes.subarray(0, 7), bytes.subarray(7), broken])).toEqual([
      message('€'),
      message('\ufffd'),
    ]);
  });

  it('an id of a million characters goes back whole', async () => {
    const { connected } = await openPage();
    const first = await connected(1);
    first.send(`id: ${'x'.repeat(1_000_000)}\n\n`);
    first.end();
    const { request } = await connected(2);
    expect(request.headers.get('last-event-id')).toHaveLength(1_000_000);
  });

  it.each([
    ['retry: 60000', 60_000],
    ['retry: 60000\nretry: 1x\nretry: +1\nretry: -1\nretry: 1e9\nretry:\nretry', 60_000],
    ['retry: 99999999999999999999', 2 ** 31 - 1],
  ])('%j is how long it waits at least', async (lines, wait) => {
    const delays: number[] = [];
    await openPage(() => new Response(`${lines}\n\n`, { headers: eventType }), undefined, delays);
    // The first timer measures how long the connection lasts.
    await eventually(() => expect(delays).toHaveLength(2));
    expect(delays[1]).toBe(wait);
  });

  it('Retry-After of a server that is busy is how long it waits at least', async () => {
    const delays: number[] = [];
    await openPage(() => new Response(null, { status: 503, headers: { 'retry-after': '120' } }), undefined, delays);
    await eventually(() => expect(delays).toEqual([120_000]));
  });

  it('an event after a short retry waits no shorter than otherwise', async () => {
    const delays: number[] = [];
    await openPage(() => new Response('retry: 1\n\n', { headers: eventType }), undefined, delays);
    await eventually(() => expect(delays).toHaveLength(2));
    expect(delays[1]).toBeGreaterThanOrEqual(500);
  });
});

// Kind: an answer that will never be a stream is asked for again and again, in silence.
describe('an answer that is no stream of events ends it with an error (OC12)', () => {
  const answers: [string, ResponseInit, RegExp][] = [
    ['a page', { headers: { 'content-type': 'text/html; charset=utf-8' } }, /200 with text\/html; charset=utf-8/],
    ['JSON', { headers: { 'content-type': 'application/json' } }, /200 with application\/json/],
    ['no type', {}, /200 with no content-type/],
    ['a type that begins alike', { headers: { 'content-type': 'text/event-streams' } }, /text\/event-streams/],
    ['a type in a parameter', { headers: { 'content-type': 'text/plain; x=text/event-stream' } }, /text\/plain/],
    ['201', { status: 201, headers: eventType }, /201/],
    ['205', { status: 205 }, /205/],
    ['206', { status: 206, headers: eventType }, /206/],
    ['401 to a fresh token', { status: 401 }, /401/],
    ['404', { status: 404, headers: eventType }, /404/],
  ];
  it.each(answers)('%s', async (_, init, message) => {
    let asked = 0;
    const page = await openPage(() => {
      asked += 1;
      return new Response(init.status === 205 ? null : new TextEncoder().encode('data: x\n\n'), init);
    });
    const error = await page.over;
    expect(error).toMatchObject({ name: 'EventStreamError', code: 'ERR_EVENT_STREAM', status: init.status ?? 200 });
    expect((error as Error).message).toMatch(message);
    expect(asked).toBe(init.status === 401 ? 2 : 1);
    expect(page.got).toEqual([]);
  });

  it.each([
    'text/event-stream',
    'Text/Event-Stream;charset=utf-8',
    'text/event-stream ; a="b,c"',
    'text/html, text/event-stream',
  ])('%s is one', async (type) => {
    const page = await openPage((n) =>
      n === 0
        ? new Response('data: x\n\n', { headers: { 'content-type': type } })
        : new Response(null, { status: 204 }),
    );
    await eventually(() => expect(page.got).toHaveLength(1));
  });
});
