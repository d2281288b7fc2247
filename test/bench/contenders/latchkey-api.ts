import { createAuthClient } from '@latchkey/client';
import type { Contender } from '../contender.ts';
import { begin } from './latchkey-session.ts';

export const contender: Contender = {
  seed: (session, origin) => begin(createAuthClient, session, origin),
  open(origin) {
    const client = createAuthClient({ baseUrl: origin });
    return (path) => client.api.get(path);
  },
};
