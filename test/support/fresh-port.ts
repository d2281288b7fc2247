import { once } from 'node:events';
import type { Server } from 'node:http';

// Below the range from which systems give out ports by themselves.
const [lowest, highest] = [20_000, 32_000] as const;

let next = lowest + Math.floor(Math.random() * (highest - lowest));

/** Ports that no site of this run has had: an origin that comes back brings its localStorage with it. */
export function* freshPorts(): Generator<number, never> {
  for (;;) {
    yield next++;
    if (next >= highest) next = lowest;
  }
}

/** Listens on the next of them that is free. */
export async function listenOnFreshPort(server: Server, host = '127.0.0.1'): Promise<number> {
  for (const port of freshPorts()) {
    server.listen(port, host);
    const taken = await once(server, 'listening').then(
      () => null,
      (error: NodeJS.ErrnoException) => error,
    );
    if (taken === null) return port;
    if (taken.code !== 'EADDRINUSE') throw taken;
  }
  throw new Error('no port');
}
