import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody else's server, open to pages of every origin. */
export interface Elsewhere {
  /** Its address, with a slash at the end. */
  readonly url: string;
  /** The requests it got, oldest first. */
  readonly got: readonly { method: string; path: string; authorization: string | null }[];
  close(): Promise<void>;
}

/** @param status what it answers to everything. */
export async function serveElsewhere(status = 200): Promise<Elsewhere> {
  const got: Elsewhere['got'][number][] = [];
  const server = createServer(({ method = '', url: path = '', headers }, response) => {
    if (method !== 'OPTIONS') got.push({ method, path, authorization: headers.authorization ?? null });
    const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization, content-type' };
    response.writeHead(method === 'OPTIONS' ? 204 : status, { ...cors, connection: 'close' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    got,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
