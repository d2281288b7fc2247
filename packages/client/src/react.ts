import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
  useSyncExternalStore,
} from 'react';
import type { AuthClient } from './client-types.ts';
import { ConfigurationError } from './errors.ts';
import type { SessionSnapshot } from './types.ts';

/** What a component knows of the session, and its verbs. The same object until the session changes. */
export interface Auth<Client extends AuthClient = AuthClient> {
  readonly session: SessionSnapshot;
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
export function AuthProvider(props: { readonly client: AuthClient; readonly children?: ReactNode }): ReactElement {
  return createElement(Context.Provider, { value: props.client }, props.children);
}

/**
 * The session, in step with every tab. Nobody is signed in while rendering on a server and while hydrating.
 *
 * @throws ConfigurationError outside of an `AuthProvider`.
 * @example
 * const { session, logout } = useAuth();
 */
export function useAuth<Client extends AuthClient = AuthClient>(): Auth<Client> {
  const client = useContext(Context) as Client | null;
  if (!client) throw new ConfigurationError('useAuth() needs an <AuthProvider> above it.');
  const session = useSyncExternalStore(
    client.subscribe,
    () => client.session,
    () => onServer,
  );
  return useMemo(() => ({ session, client, login: client.login, logout: client.logout }), [session, client]);
}
