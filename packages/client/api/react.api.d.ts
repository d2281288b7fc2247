import { ReactNode, ReactElement } from 'react';
import { AuthClient } from './core.js';
import { SessionSnapshot } from './core.js';

/** The client that an application has registered with an adapter, or any. */
type Registered<Register> = Register extends {
    client: infer Client extends AuthClient;
} ? Client : AuthClient;

/**
 * Say once what your client is, and `useAuth()` knows it everywhere.
 *
 * @example
 * declare module '@latchkey/client/react' {
 *   interface Register { client: typeof client }
 * }
 */
interface Register extends Record<never, never> {
}
/** What a component knows of the session, and its verbs. The same object until the session changes. */
interface Auth<Client extends AuthClient = Registered<Register>> {
    readonly session: SessionSnapshot;
    /** Whether the session is not known yet: while rendering on a server and while the page hydrates. */
    readonly hydrating: boolean;
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
    readonly client: Registered<Register>;
    readonly children?: ReactNode;
}): ReactElement;
/**
 * The session, in step with every tab. Nobody is signed in while rendering on a server and while hydrating: `hydrating` says so.
 *
 * @throws ConfigurationError outside of an `AuthProvider`.
 * @example
 * const { session, logout } = useAuth();
 */
declare function useAuth<Client extends AuthClient = Registered<Register>>(): Auth<Client>;

/**
 * For what only a signed-in user may see. Calls `leave` once for each session that is found ended, but never on a server or
 * before the page is hydrated, when nothing is known yet.
 *
 * @param leave goes to the login. It is told the session: one that lapsed can also be renewed in place.
 * @returns whether a user is signed in, and so whether to show the content.
 * @throws ConfigurationError outside of an `AuthProvider`.
 * @example
 * const isSignedIn = useRequireSession(() => router.replace('/login'));
 * return isSignedIn ? children : null;
 */
declare function useRequireSession(leave: (session: SessionSnapshot) => void): boolean;

export { AuthProvider, useAuth, useRequireSession };
export type { Auth, Register };
