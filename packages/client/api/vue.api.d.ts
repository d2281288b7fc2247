import { ShallowRef, Plugin } from 'vue';
import { AuthClient } from './core.js';
import { SessionSnapshot } from './core.js';

/** What a component knows of the session, and its verbs. */
interface Auth<Client extends AuthClient = AuthClient> {
    readonly session: Readonly<ShallowRef<SessionSnapshot>>;
    readonly client: Client;
    readonly login: Client['login'];
    readonly logout: Client['logout'];
}
/**
 * Gives the client to all components of the application, and listens to it until the application is unmounted. On a server
 * it does not listen.
 *
 * @example
 * createApp(Root).use(authPlugin(client)).mount('#app');
 */
declare function authPlugin(client: AuthClient): Plugin<[]>;
/**
 * The session, in step with every tab.
 *
 * @throws ConfigurationError where the application does not use the plugin.
 * @example
 * const { session, logout } = useAuth();
 */
declare function useAuth<Client extends AuthClient = AuthClient>(): Auth<Client>;

export { authPlugin, useAuth };
export type { Auth };
