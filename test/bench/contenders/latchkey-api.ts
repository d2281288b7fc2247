import { createAuthClient } from '@latchkey/client';
import type { Contender } from '../contender.ts';
import { begin } from './latchkey-session.ts';

export const contender: Contender = {
  seed: (session, origin) => begin(createAuthClient, session, origin),
  open(origin) {
    // In the task whose clock is faster than life ky's ten seconds for a request would be a third of one.
    const client = createAuthClient({ baseUrl: origin, ky: { timeout: 300_000 } });
    return (path) => client.api.get(path);
  },
};
