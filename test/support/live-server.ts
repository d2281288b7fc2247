import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Site } from './site.ts';

/** A server of events on an origin of its own: an answer that never ends, for whoever has a good token. */
export interface LiveServer {
  readonly url: string;
  /** What it answered so far. */
  readonly statuses: readonly number[];
  /** Breaks all connections. */
  cut(): void;
  close(): Promise<void>;
}

export async function serveLive({ server: auth, api }: Site): Promise<LiveServer> {
  const statuses: number[] = [];
  const server = createServer(async ({ method, headers }, response) => {
    const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization' };
    if (method === 'OPTIONS') {
      response.writeHead(204, cors).end();
      return;
    }
    const { authorization = '' } = headers;
    const { status } = await auth.fetch(new Request(`${api}me`, { headers: { authorization } }));
    statuses.push(status);
    response.writeHead(status, { ...cors, 'content-type': 'text/event-stream' });
    if (status === 200) response.write('data: hello\n\n');
    else response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    statuses,
    cut: () => server.closeAllConnections(),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
