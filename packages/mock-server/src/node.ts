import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthServer } from './auth-server.ts';
import { answerClock } from './clock/clock-endpoint.ts';
import { answerRefusal, empty } from './http/answer.ts';
import { forwardedFor } from './http/forwarded-for.ts';
import { Refusal } from './http/refusal.ts';
import { normalBasePath } from './http/routes.ts';
import { answerBrokenRequests } from './node/broken-requests.ts';
import { createForeignPages, warnOfForeignPage } from './node/foreign-pages.ts';
import { incomingBody } from './node/incoming-body.ts';
import { type RequestParts, refuseUnclearTarget, requestOf } from './node/incoming-request.ts';

export { toRequest } from './node/incoming-request.ts';
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
  /** Hears of each origin, once, whose pages ask and are not allowed. Default: a warning of the process, on its console. */
  readonly onForeignPage?: (origin: string) => void;
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

/**
 * Serves an auth server on HTTP.
 *
 * @example const { url, close } = await serve(createAuthServer({ users }), { port: 3000 });
 * @throws the system's error when the port cannot be had, TypeError for an `origin` that is no URL.
 */
export async function serve(server: AuthServer, options: ServeOptions = {}): Promise<RunningServer> {
  const { port = 0, host = '127.0.0.1', basePath = '/', proxies = 0, clientIp = throughProxies(proxies) } = options;
  const root = normalBasePath(basePath);
  const noteForeignPage = createForeignPages(options.onForeignPage ?? warnOfForeignPage);
  const clockPath = options.clockEndpoint === true ? `${root}clock/advance` : null;
  const origin = options.origin === undefined ? {} : { origin: new URL(options.origin).origin };
  const listener = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing).catch(() => sendMistake(outgoing, server.clock.now()));
  });
  answerBrokenRequests(listener, server.clock.now);

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = incomingBody(incoming);
    const signal = goneSignal(outgoing);
    const response = await answerTo(incoming, { body: body.stream, signal });
    if (response.type === 'error') {
      outgoing.destroy();
      return;
    }
    const content = new Uint8Array(await response.arrayBuffer());
    await body.discardRest();
    send(outgoing, response, content);
  }

  async function answerTo(incoming: IncomingMessage, parts: RequestParts): Promise<Response> {
    if (incoming.method === 'OPTIONS' && incoming.url === '*') return dated(empty(204, { allow: served }), server);
    try {
      refuseUnclearTarget(incoming);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return dated(answerRefusal(refusal, 'problem'), server);
    }
    const request = requestOf(incoming, parts);
    if (new URL(request.url).pathname === clockPath) return answerClock(server.clock, request);
    const response = await server.fetch(request, { basePath, ...origin, ...addressOf(clientIp(incoming)) });
    noteForeignPage(request, response);
    return response;
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

/** What `OPTIONS *` tells. */
const served = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

function dated(response: Response, { clock }: AuthServer): Response {
  response.headers.set('date', new Date(clock.now()).toUTCString());
  return response;
}

function send(outgoing: ServerResponse, response: Response, content: Uint8Array): void {
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  // Tests start and stop servers; kept connections would meet the next one on the same port.
  outgoing.writeHead(response.status, { connection: 'close', ...lengthOf(content, response) });
  outgoing.end(content);
}

/** Nobody foresaw it, and what it is says nothing to whoever asks. */
function sendMistake(outgoing: ServerResponse, now: number): void {
  if (outgoing.headersSent) return void outgoing.destroy();
  const text = JSON.stringify({ error: 'server_error', error_description: 'Something went wrong in the server.' });
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' };
  outgoing.writeHead(500, { ...headers, date: new Date(now).toUTCString() }).end(text);
}

const lengthOf = (content: Uint8Array, { status }: Response) =>
  status === 204 ? {} : { 'content-length': content.byteLength };

function goneSignal(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  return gone.signal;
}
