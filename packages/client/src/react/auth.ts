import type { ReactElement, ReactNode } from 'react';
import { createContext, createElement, useContext, useMemo, useSyncExternalStore } from 'react';
import type { AuthClient } from '../client-types.ts';
import { ConfigurationError } from '../errors.ts';
import type { Registered } from '../registered.ts';
import type { SessionSnapshot } from '../types.ts';

/**
 * Say once what your client is, and `useAuth()` knows it everywhere.
 *
 * @example
 * declare module '@latchkey/client/react' {
 *   interface Register { client: typeof client }
 * }
 */
export interface Register extends Record<never, never> {}

/** What a component knows of the session, and its verbs. The same object until the session changes. */
export interface Auth<Client extends AuthClient = Registered<Register>> {
  readonly session: SessionSnapshot;
  /** Whether the session is not known yet: while rendering on a server and while the page hydrates. */
  readonly hydrating: boolean;
  readonly client: Client;
  readonly login: Client['login'];
  readonly logout: Client['logout'];
}

const Context = createContext<AuthClient | null>(null);
const onServer: SessionSnapshot = { status: 'signed-out', reason: null };

/**
 * Gives the client to everything below. It neither makes nor disposes of it: make it outside of components.
 *
 * @example
 * createRoot(element).render(createElement(AuthProvider, { client }, createElement(App)));
 */
export function AuthProvider(props: {
  readonly client: Registered<Register>;
  readonly children?: ReactNode;
}): ReactElement {
  return createElement(Context.Provider, { value: props.client }, props.children);
}

/**
 * The session, in step with every tab. Nobody is signed in while rendering on a server and while hydrating: `hydrating` says so.
 *
 * @throws ConfigurationError outside of an `AuthProvider`.
 * @example
 * const { session, logout } = useAuth();
 */
export function useAuth<Client extends AuthClient = Registered<Register>>(): Auth<Client> {
  const client = useContext(Context) as Client | null;
  if (!client) throw new ConfigurationError('useAuth() needs an <AuthProvider> above it.');
  const now = (): SessionSnapshot => client.session;
  const session = useSyncExternalStore(client.subscribe, now, () => onServer);
  const { login, logout } = client;
  return useMemo(() => ({ session, hydrating: session === onServer, client, login, logout }), [session, client]);
}
