import { ShallowRef, Plugin } from 'vue';
import { AuthClient } from './core.js';
import { SessionSnapshot } from './core.js';

/** The client that an application has registered with an adapter, or any. */
type Registered<Register> = Register extends {
    client: infer Client extends AuthClient;
} ? Client : AuthClient;

/** Say once what your client is: `declare module '@latchkey/client/vue' { interface Register { client: typeof client } }` */
interface Register extends Record<never, never> {
}
/** What a component knows of the session, and its verbs. */
interface Auth<Client extends AuthClient = Registered<Register>> {
    readonly session: Readonly<ShallowRef<SessionSnapshot>>;
    /** Whether the session is not known yet: while rendering on a server and until the component is mounted there. */
    readonly hydrating: Readonly<ShallowRef<boolean>>;
    readonly client: Client;
    readonly login: Client['login'];
    readonly logout: Client['logout'];
}
/**
 * Gives the client to all components of the application, and listens to it until the application is unmounted. On a server
 * it does not listen, and nobody is signed in.
 *
 * @example
 * createApp(Root).use(authPlugin(client)).mount('#app');
 */
declare function authPlugin(client: Registered<Register>): Plugin<[]>;
/**
 * The session, in step with every tab. Nobody is signed in while rendering on a server and while hydrating: `hydrating` says so.
 *
 * @throws ConfigurationError where the application does not use the plugin.
 * @example
 * const { session, logout } = useAuth();
 */
declare function useAuth<Client extends AuthClient = Registered<Register>>(): Auth<Client>;

export { authPlugin, useAuth };
export type { Auth, Register };
