import { ReactNode, ReactElement } from 'react';
import { AuthClient } from './core.js';
import { SessionSnapshot } from './core.js';

/** What a component knows of the session, and its verbs. The same object until the session changes. */
interface Auth<Client extends AuthClient = AuthClient> {
    readonly session: SessionSnapshot;
    readonly client: Client;
    readonly login: Client['login'];
    readonly logout: Client['logout'];
}
/**
 * Gives the client to everything below. It neither makes nor disposes of it: make it outside of components.
 *
 * @example
 * createRoot(element).render(createElement(AuthProvider, { client }, createElement(App)));
 */
declare function AuthProvider(props: {
    readonly client: AuthClient;
    readonly children?: ReactNode;
}): ReactElement;
/**
 * The session, in step with every tab. Nobody is signed in while rendering on a server and while hydrating.
 *
 * @throws ConfigurationError outside of an `AuthProvider`.
 * @example
 * const { session, logout } = useAuth();
 */
declare function useAuth<Client extends AuthClient = AuthClient>(): Auth<Client>;

export { AuthProvider, useAuth };
export type { Auth };
