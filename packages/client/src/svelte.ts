import { createSubscriber } from 'svelte/reactivity';
import type { AuthClient } from './client-types.ts';
import type { SessionSnapshot } from './types.ts';

/** The session for components, and its verbs. */
export interface Auth<Client extends AuthClient = AuthClient> {
  /** Read in markup, `$derived` or `$effect`, it is read again after every change. */
  readonly session: SessionSnapshot;
  readonly client: Client;
  readonly login: Client['login'];
  readonly logout: Client['logout'];
}

/**
 * A client whose session is reactive, in step with every tab. It listens as long as a component reads the session.
 *
 * @example
 * // auth.ts
 * export const auth = createAuth(createAuthClient({ baseUrl: 'https://api.example.com' }));
 * // in markup: {auth.session.status}
 */
export function createAuth<Client extends AuthClient>(client: Client): Auth<Client> {
  const track = createSubscriber((update) => client.subscribe(update));
  return {
    get session() {
      track();
      return client.session;
    },
    client,
    login: client.login,
    logout: client.logout,
  };
}
