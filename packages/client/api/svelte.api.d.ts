import { AuthClient } from './core.js';
import { SessionSnapshot } from './core.js';

/** The session for components, and its verbs. */
interface Auth<Client extends AuthClient = AuthClient> {
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
declare function createAuth<Client extends AuthClient>(client: Client): Auth<Client>;

export { createAuth };
export type { Auth };
