import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthServer } from './auth-server.ts';
import { answerClock } from './clock/clock-endpoint.ts';
import { forwardedFor } from './http/forwarded-for.ts';
import { normalBasePath } from './http/routes.ts';

export { nodePasswordHasher } from './node-password-hasher.ts';

export interface ServeOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Default `'127.0.0.1'`. */
  readonly host?: string;
  /** Default `'/'`. */
  readonly basePath?: string;
  /**
   * Where clients find the server, if a proxy changes that: `'https://api.example'`. The metadata names it, and DPoP proofs are
   * for it. Default: what the request's `Host` says, over HTTP.
   */
  readonly origin?: string;
  /**
   * Through how many proxies of yours every request comes. The client is then who the outermost of them says it was, in
   * `X-Forwarded-For`. Default 0: the header is not read, for anybody can write it.
   */
  readonly proxies?: number;
  /** Who is asking, where neither the connection nor `X-Forwarded-For` tells. Default: as `proxies` says. */
  readonly clientIp?: (request: IncomingMessage) => string | undefined;
  /**
   * Whether `POST clock/advance` with `{"advance": seconds}` moves the server's time, for tests from outside such as
   * `latchkey-conformance`. Whoever reaches it ends every session there is. Default false.
   */
  readonly clockEndpoint?: boolean;
}

export interface RunningServer {
  /** Ends in a slash. */
  readonly url: string;
  /**
   * Stops listening. What is under way may take `grace` milliseconds to finish, by default none, and is then broken. Resolves
   * when no connection is left, at once where it was closed before.
   */
  close(options?: { grace?: number }): Promise<void>;
}

/** What is read of a body nobody wants, so that its sender gets to read the answer. */
const mostDiscarded = 64 * 1_024 * 1_024;

/**
 * Serves an auth server on HTTP.
 *
 * @example const { url, close } = await serve(createAuthServer({ users }), { port: 3000 });
 * @throws the system's error when the port cannot be had, TypeError for an `origin` that is no URL.
 */
export async function serve(server: AuthServer, options: ServeOptions = {}): Promise<RunningServer> {
  const { port = 0, host = '127.0.0.1', basePath = '/', proxies = 0, clientIp = throughProxies(proxies) } = options;
  const root = normalBasePath(basePath);
  const clockPath = options.clockEndpoint === true ? `${root}clock/advance` : null;
  const origin = options.origin === undefined ? {} : { origin: new URL(options.origin).origin };
  const listener = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = incomingBody(incoming);
    const request = toRequest(incoming, body.stream, goneSignal(outgoing));
    const response =
      new URL(request.url).pathname === clockPath
        ? await answerClock(server.clock, request)
        : await server.fetch(request, { basePath, ...origin, ...addressOf(clientIp(incoming)) });
    if (response.type === 'error') {
      outgoing.destroy();
      return;
    }
    const content = new Uint8Array(await response.arrayBuffer());
    await body.discardRest();
    for (const [name, value] of response.headers) outgoing.setHeader(name, value);
    // Tests start and stop servers; kept connections would meet the next one on the same port.
    outgoing.writeHead(response.status, { connection: 'close', ...lengthOf(content, response) });
    outgoing.end(content);
  }

  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, resolve);
  });
  const closed = new Promise<void>((resolve) => listener.once('close', resolve));
  const { port: bound } = listener.address() as AddressInfo;
  const authority = host.includes(':') ? `[${host}]` : host;

  return {
    url: new URL(root, `http://${authority}:${bound}`).href,
    async close({ grace = 0 } = {}) {
      listener.close();
      if (grace === 0) listener.closeAllConnections();
      const breaking = setTimeout(() => listener.closeAllConnections(), grace);
      await closed;
      clearTimeout(breaking);
    },
  };
}

const throughProxies =
  (proxies: number) =>
  ({ headersDistinct, socket }: IncomingMessage): string | undefined =>
    forwardedFor(headersDistinct['x-forwarded-for']?.join(), proxies) ?? socket.remoteAddress;

const addressOf = (clientIp: string | undefined) => (clientIp === undefined ? {} : { clientIp });

const lengthOf = (content: Uint8Array, { status }: Response) =>
  status === 204 ? {} : { 'content-length': content.byteLength };

function goneSignal(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  return gone.signal;
}

interface IncomingBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** Reads what is left and drops it; breaks off when it is too much. */
  discardRest(): Promise<void>;
}

function incomingBody(incoming: IncomingMessage): IncomingBody {
  let discarded: number | null = null;
  const over = new Promise<void>((resolve) => incoming.once('close', resolve).once('end', resolve));

  const discard = () => {
    discarded ??= 0;
    incoming.resume();
  };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      incoming.on('data', (chunk: Uint8Array) => {
        if (discarded === null) {
          controller.enqueue(new Uint8Array(chunk));
          if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
          return;
        }
        discarded += chunk.byteLength;
        if (discarded > mostDiscarded) incoming.destroy();
      });
      incoming.once('end', () => {
        if (discarded === null) controller.close();
      });
      incoming.once('error', (error) => {
        if (discarded === null) controller.error(error);
      });
      incoming.pause();
    },
    pull: () => void incoming.resume(),
    cancel: discard,
  });

  return {
    stream,
    async discardRest() {
      if (incoming.readableEnded || incoming.destroyed) return;
      discard();
      await over;
    },
  };
}

function toRequest(incoming: IncomingMessage, body: ReadableStream<Uint8Array>, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headersDistinct, headers } = incoming;
  const entries = Object.entries(headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  const init = { method, headers: entries, signal, duplex: 'half' };
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), hasBody ? { ...init, body } : init);
}
