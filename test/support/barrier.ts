import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Tab } from './browsers.ts';
import type { InPage } from './page-call.ts';

export interface Barrier {
  /** One URL per tab. A GET is answered when every gate has been asked. */
  readonly gates: readonly string[];
  close(): void;
}

/**
 * Releases N tabs in the same moment. Every gate has a port of its own: a browser opens at most six connections to one
 * host and port, so that the seventh tab would wait for ever at a shared one.
 */
export async function openBarrier(tabs: number): Promise<Barrier> {
  const waiting: ServerResponse[] = [];
  const gates = await Promise.all(
    Array.from({ length: tabs }, async () => {
      const server = createServer((_request, response) => {
        waiting.push(response);
        if (waiting.length < tabs) return;
        for (const held of waiting)
          held.writeHead(204, { 'access-control-allow-origin': '*', connection: 'close' }).end();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      return { url: `http://127.0.0.1:${address.port}/`, server };
    }),
  );
  return {
    gates: gates.map(({ url }) => url),
    close() {
      for (const { server } of gates) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

/** Runs the function in all tabs at once; resolves with what each answered, in the order of the tabs. */
export async function together<A extends unknown[], R>(
  tabs: readonly Tab[],
  fn: InPage<A, R>,
  ...args: A
): Promise<PromiseSettledResult<R>[]> {
  const barrier = await openBarrier(tabs.length);
  try {
    return await Promise.allSettled(tabs.map((tab, n) => tab.evaluateBehind(barrier.gates[n] ?? '', fn, ...args)));
  } finally {
    barrier.close();
  }
}
