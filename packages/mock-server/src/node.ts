import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { AuthServer } from './auth-server.ts';

export interface ServeOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Default `'127.0.0.1'`. */
  readonly host?: string;
  /** Default `'/'`. */
  readonly basePath?: string;
}

export interface RunningServer {
  /** Ends in a slash. */
  readonly url: string;
  /** Stops listening and breaks what is under way. */
  close(): Promise<void>;
}

/**
 * Serves an auth server on HTTP.
 *
 * @example const { url, close } = await serve(createAuthServer({ users }), { port: 3000 });
 * @throws the system's error when the port cannot be had.
 */
export async function serve(server: AuthServer, options: ServeOptions = {}): Promise<RunningServer> {
  const { port = 0, host = '127.0.0.1', basePath = '/' } = options;
  const listener = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    const clientIp = incoming.socket.remoteAddress;
    const response = await server.fetch(toRequest(incoming, gone.signal), {
      basePath,
      ...(clientIp !== undefined && { clientIp }),
    });
    if (response.type === 'error') {
      outgoing.destroy();
      return;
    }
    const body = new Uint8Array(await response.arrayBuffer());
    for (const [name, value] of response.headers) outgoing.setHeader(name, value);
    outgoing.writeHead(response.status, { connection: 'close' });
    outgoing.end(body);
  }

  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, resolve);
  });
  const { port: bound } = listener.address() as AddressInfo;
  const authority = host.includes(':') ? `[${host}]` : host;

  return {
    url: new URL(basePath.endsWith('/') ? basePath : `${basePath}/`, `http://${authority}:${bound}`).href,
    close: () =>
      new Promise<void>((resolve, reject) => {
        listener.close((error) => (error ? reject(error) : resolve()));
        listener.closeAllConnections();
      }),
  };
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headersDistinct, headers } = incoming;
  const entries = Object.entries(headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), {
    method,
    headers: entries,
    signal,
    ...(hasBody && { body: Readable.toWeb(incoming) as NodeReadableStream<Uint8Array> as BodyInit, duplex: 'half' }),
  });
}
