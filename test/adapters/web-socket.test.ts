import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventStream, reconnectingWebSocket, type WebSocketOptions } from '@latchkey/client/live';
import { type AuthServerOptions, manualClock } from '@latchkey/mock-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket as Connection, WebSocket as NodeWebSocket, WebSocketServer } from 'ws';
import { eventually } from '../support/eventually.ts';
import { atRest, baseUrl, createScene } from '../support/scene.ts';

/** A page where Ada is signed in, and a server of sockets that lets in whoever has a good token. */
async function openPage(options: Partial<WebSocketOptions> = {}, rules: AuthServerOptions = {}) {
  const scene = createScene({ clock: manualClock(), ...rules });
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const host = `127.0.0.1:${(sockets.address() as AddressInfo).port}`;
  const { client } = scene.open({ apis: [baseUrl, `http://${host}`] });
  const other = scene.open().client;
  client.adoptTokens(await scene.server.seedSession('ada'));

  const handshakes: IncomingMessage[] = [];
  const admitted: { connection: Connection; token: string }[] = [];
  let isRefused = (_token: string): boolean => false;
  sockets.on('connection', (connection, handshake) => {
    handshakes.push(handshake);
    connection.on('message', async (message) => {
      const { token } = JSON.parse(String(message)) as { token: string };
      const headers = { authorization: `Bearer ${token}` };
      const { status } = await scene.server.fetch(new Request(`${baseUrl}me`, { headers }));
      if (isRefused(token) || status !== 200) return connection.close(4401, 'token');
      admitted.push({ connection, token });
      connection.send('welcome');
    });
  });
  const messages: string[] = [];
  const ends: unknown[] = [];
  const live = reconnectingWebSocket(client, `ws://${host}/live`, {
    authenticate: (socket, token) => socket.send(JSON.stringify({ token })),
    onMessage: ({ data }) => messages.push(String(data)),
    onEnd: (reason) => ends.push(reason),
    WebSocket: NodeWebSocket as unknown as typeof WebSocket,
    setTimer: scene.server.clock.setTimer,
    ...options,
  });
  onTestFinished(async () => {
    live.close();
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  /** Lets time pass that nothing under way is too slow for. */
  const pass = async (duration: number) => {
    await atRest(scene);
    scene.server.clock.advance(duration);
  };
  /** Lets the pause between two connections pass, whenever it begins. */
  const connected = (count: number) =>
    eventually(async () => {
      await pass(1000);
      expect(admitted).toHaveLength(count);
    });
  return {
    ...scene,
    client,
    other,
    live,
    messages,
    ends,
    handshakes,
    admitted,
    pass,
    connected,
    refuse: (which: (token: string) => boolean) => {
      isRefused = which;
    },
    /** The server finds the token of the last connection bad before it has expired. */
    revoke: () => {
      const { connection, token } = admitted.at(-1) as (typeof admitted)[number];
      isRefused = (asked) => asked === token;
      connection.close(4401, 'token');
      return token;
    },
    cut: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/** A token that nothing but a refusal is a reason to refresh. */
const longLived: AuthServerOptions = { policy: { accessTtl: 86_400_000 } };

const named = (name: string) => [expect.objectContaining({ name })];

it('connects again with a token that lasts, at the price of a refresh only when it does not', async () => {
  const { connected, cut, count, messages, handshakes, stored, admitted, pass } = await openPage();
  await connected(1);
  cut();
  await connected(2);
  expect(count('refresh')).toBe(0);
  await eventually(() => expect(messages).toEqual(['welcome', 'welcome']));
  await pass(19 * 60_000);
  cut();
  await connected(3);
  expect(count('refresh')).toBe(1);
  expect(admitted.at(-1)?.token).toBe(stored().accessToken);
  // Neither in the address nor among the subprotocols.
  expect(JSON.stringify(handshakes.map(({ url, headers }) => [url, headers]))).not.toMatch(/eyJ|bearer/i);
});

it('waits longer and longer while the server cannot be reached, and less after it could', async () => {
  const { connected, cut, pass, admitted } = await openPage();
  const delays: number[] = [];
  const page = await openPage({
    setTimer: (callback, delay) => {
      delays.push(delay);
      if (delay === 10_000) return () => {};
      queueMicrotask(callback);
      return () => {};
    },
    WebSocket: class {
      onclose = () => {};
      constructor() {
        queueMicrotask(() => this.onclose());
      }
      close() {}
    } as unknown as typeof WebSocket,
    isTokenExpired() {
      if (delays.length >= 8) page.live.close();
      return false;
    },
  });
  await eventually(() => expect(page.ends).toHaveLength(1));
  const least = [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000];
  for (const [n, delay] of delays.entries()) {
    expect(delay).toBeGreaterThanOrEqual(least[n] ?? 0);
    expect(delay).toBeLessThanOrEqual(2 * (least[n] ?? 0));
  }
  await connected(1);
  await pass(10_000);
  cut();
  await eventually(async () => {
    await pass(250);
    expect(admitted).toHaveLength(2);
  });
});

it('is closed when the user leaves, here or in another tab, and delivers nothing any more', async () => {
  const { connected, other, admitted, ends, messages } = await openPage();
  await connected(1);
  await eventually(() => expect(messages).toHaveLength(1));
  const closed = once(admitted[0]?.connection as Connection, 'close');
  void other.logout();
  await eventually(() => expect(ends).toEqual(named('NotSignedInError')));
  admitted[0]?.connection.send('too late');
  await closed;
  expect(messages).toEqual(['welcome']);
});

it('does not go on as another user', async () => {
  const { connected, other, ends, admitted } = await openPage();
  await connected(1);
  void other.login({ username: 'bob', password: 'bob-password' });
  await eventually(() => expect(ends).toEqual(named('SessionChangedError')));
  expect(admitted).toHaveLength(1);
});

it('a server that refuses the token is asked with a fresh one, once', async () => {
  const { connected, refuse, cut, count, handshakes, ends } = await openPage({
    // Pauses take no time, and no connection is ever one that lasted.
    setTimer: (callback, delay) => {
      if (delay !== 10_000) queueMicrotask(callback);
      return () => {};
    },
  });
  await connected(1);
  refuse(() => true);
  cut();
  await eventually(() => expect(handshakes.length).toBeGreaterThan(5));
  expect(count('refresh')).toBe(1);
  refuse(() => false);
  await connected(2);
  expect(ends).toEqual([]);
});

it('a token that is refused is refreshed as soon as that is possible, not only at the first try', async () => {
  const { connected, revoke, server, admitted } = await openPage({}, longLived);
  await connected(1);
  server.faults.next('refresh', { status: 503 }, 3);
  const refused = revoke();
  await connected(2);
  expect(admitted[1]?.token).not.toBe(refused);
});

it('a connection that lasted may be refused later on: its token is refreshed again', async () => {
  const { connected, revoke, count, pass } = await openPage({}, longLived);
  await connected(1);
  revoke();
  await connected(2);
  await pass(10_000);
  revoke();
  await connected(3);
  expect(count('refresh')).toBe(2);
});

it('a refused token that another tab has renewed meanwhile costs no refresh', async () => {
  const { connected, revoke, count, other } = await openPage({}, longLived);
  await connected(1);
  await other.refresh();
  revoke();
  await connected(2);
  expect(count('refresh')).toBe(1);
});

it('a lapsed session ends it with the reason, and nobody waits for anything', async () => {
  const { connected, cut, ends, pass } = await openPage();
  await connected(1);
  await pass(8 * 86_400_000);
  cut();
  await eventually(async () => {
    await pass(1000);
    expect(ends).toEqual(named('LoginRequiredError'));
  });
});

it('close() ends it for good, at any moment', async () => {
  const { live, ends, handshakes, pass } = await openPage();
  live.close();
  live.close();
  await eventually(() => expect(ends).toEqual(named('AbortError')));
  await pass(60_000);
  expect(handshakes).toEqual([]);
});

// Kind: an address that the application did not name as its API gets the token.
describe('the token goes where `apis` allows it and nowhere else (OX17)', () => {
  /** Opens a socket of that address, and gives the address that was really asked for and the token that it got. */
  const open = async (url: string | URL, apis = ['https://api.example.com/v1', 'http://localhost:3000']) => {
    const scene = createScene({ clock: manualClock() });
    const { client } = scene.open({ baseUrl: 'https://api.example.com/v1', apis });
    client.adoptTokens(await scene.server.seedSession('ada'));
    const opened: string[] = [];
    const told: string[] = [];
    const authenticated = new Promise<void>((resolve) => {
      const live = reconnectingWebSocket(client, url, {
        authenticate: (_, token) => {
          told.push(token);
          resolve();
        },
        WebSocket: class {
          onopen = () => {};
          constructor(address: string) {
            opened.push(address);
            queueMicrotask(() => this.onopen());
          }
          close() {}
        } as unknown as typeof WebSocket,
      });
      onTestFinished(() => live.close());
    });
    await authenticated;
    expect(told).toEqual([scene.stored().accessToken]);
    return opened;
  };

  it.each<[string | URL, string]>([
    ['wss://api.example.com/v1/live', 'wss://api.example.com/v1/live'],
    ['WSS://API.example.com:443/v1/live?a=b', 'wss://api.example.com/v1/live?a=b'],
    [new URL('wss://api.example.com/v1/live'), 'wss://api.example.com/v1/live'],
    ['https://api.example.com/v1/live', 'wss://api.example.com/v1/live'],
    ['wss://api.example.com/v1/a/../live', 'wss://api.example.com/v1/live'],
    ['//api.example.com/v1/live', 'wss://api.example.com/v1/live'],
    ['live', 'wss://api.example.com/v1/live'],
    ['/v1/live', 'wss://api.example.com/v1/live'],
    ['ws://localhost:3000/live', 'ws://localhost:3000/live'],
  ])('%s', async (url, address) => {
    expect(await open(url)).toEqual([address]);
  });

  const outside: (string | URL)[] = [
    'wss://evil.example/live',
    'ws://api.example.com/v1/live',
    'wss://api.example.com:8443/v1/live',
    'wss://api.example.com.evil.example/v1/live',
    'wss://api.example.com@evil.example/v1/live',
    'wss://ada:secret@api.example.com/v1/live',
    'wss://api.example.com/v2/live',
    'wss://api.example.com/v1/../live',
    'wss://api.example.com/v1/%2e%2e/live',
    'wss://api.example.com/v10/live',
    '//evil.example/v1/live',
    '\\\\evil.example\\live',
    ' wss://evil.example/live',
    '/live',
    '../live',
    'ws://localhost:4000/live',
    'ws://127.0.0.1:3000/live',
    new URL('wss://evil.example/live'),
  ];
  it.each(outside)('not to %s, which gets an error at once', async (url) => {
    const error = await open(url).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'ERR_CONFIGURATION' });
    expect(String(error)).toMatch(/may not get the access token: it is outside of `apis`/);
    expect(String(error)).not.toContain('secret');
  });

  it.each(['', 'wss://', 'ftp://api.example.com/v1', 'javascript:alert(1)', undefined, null, 5])(
    'not to %s, which is no address',
    async (url) => {
      const error = await open(url as string).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: 'ConfigurationError' });
    },
  );

  it.each(outside.map((url) => String(url).replace(/^( ?)ws/, '$1http')))(
    'nor with a stream of events to %s',
    async (url) => {
      const asked: string[] = [];
      const scene = createScene({ clock: manualClock() }, (fetch) => (input, init) => {
        asked.push(new Request(input, init).url);
        return fetch(input, init);
      });
      const apis = ['https://api.example.com/v1', 'http://localhost:3000'];
      const { client } = scene.open({ baseUrl: 'https://api.example.com/v1', apis });
      client.adoptTokens(await scene.server.seedSession('ada'));
      await expect(eventStream(client, url).next()).rejects.toMatchObject({ name: 'ConfigurationError' });
      expect(asked).toEqual([]);
    },
  );

  it('and a client says the address of an upload by hand', () => {
    const { client } = createScene().open();
    expect(client.apiUrl('files')).toBe(`${baseUrl}files`);
    expect(client.apiUrl(`${baseUrl}files?x=y#z`)).toBe(`${baseUrl}files?x=y#z`);
    expect(() => client.apiUrl('https://evil.example/files')).toThrow(`outside of \`apis\` (${baseUrl})`);
  });
});
