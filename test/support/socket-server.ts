import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Site } from './site.ts';

/** A server of WebSockets on an origin of its own, which greets whoever sends a good token first. */
export interface SocketServer {
  readonly url: string;
  /** How many it has greeted so far. */
  readonly greeted: number;
  /** How many are connected now. */
  readonly connected: number;
  close(): Promise<void>;
}

export async function serveSockets({ server: auth, api }: Site): Promise<SocketServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  let greeted = 0;
  server.on('connection', (socket) => {
    socket.on('message', async (message) => {
      const headers = { authorization: `Bearer ${message}` };
      const { status } = await auth.fetch(new Request(`${api}me`, { headers }));
      if (status !== 200) return socket.close(4401, 'token');
      greeted += 1;
      socket.send(`hello ${greeted}`);
    });
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live`,
    get greeted() {
      return greeted;
    },
    get connected() {
      return server.clients.size;
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
