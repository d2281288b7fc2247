import { type App, type InjectionKey, inject, type Plugin, type ShallowRef, shallowRef } from 'vue';
import type { AuthClient } from './client-types.ts';
import { ConfigurationError } from './errors.ts';
import type { Registered } from './registered.ts';
import type { SessionSnapshot } from './types.ts';
import { isHydrating, onServer, sessionForSetup } from './vue/hydration.ts';

/** Say once what your client is: `declare module '@latchkey/client/vue' { interface Register { client: typeof client } }` */
export interface Register extends Record<never, never> {}

/** What a component knows of the session, and its verbs. */
export interface Auth<Client extends AuthClient = Registered<Register>> {
  readonly session: Readonly<ShallowRef<SessionSnapshot>>;
  /** Whether the session is not known yet: while rendering on a server and until the component is mounted there. */
  readonly hydrating: Readonly<ShallowRef<boolean>>;
  readonly client: Client;
  readonly login: Client['login'];
  readonly logout: Client['logout'];
}

const key: InjectionKey<Pick<Auth<AuthClient>, 'session' | 'client'>> = Symbol('latchkey');

/**
 * Gives the client to all components of the application, and listens to it until the application is unmounted. On a server
 * it does not listen, and nobody is signed in.
 *
 * @example
 * createApp(Root).use(authPlugin(client)).mount('#app');
 */
export function authPlugin(client: Registered<Register>): Plugin<[]> {
  return {
    install(app: App) {
      const isPage = !!globalThis.document;
      const session = shallowRef(isPage ? client.session : onServer);
      // An application that is rendered on a server is never unmounted.
      if (isPage) app.onUnmount(client.subscribe((now) => Object.assign(session, { value: now })));
      app.provide(key, { session, client });
    },
  };
}

/**
 * The session, in step with every tab. Nobody is signed in while rendering on a server and while hydrating: `hydrating` says so.
 *
 * @throws ConfigurationError where the application does not use the plugin.
 * @example
 * const { session, logout } = useAuth();
 */
export function useAuth<Client extends AuthClient = Registered<Register>>(): Auth<Client> {
  const auth = inject(key, null);
  if (!auth) throw new ConfigurationError('useAuth() needs app.use(authPlugin(client)).');
  const session = sessionForSetup(auth.session);
  const client = auth.client as Client;
  return { session, hydrating: isHydrating(session), client, login: client.login, logout: client.logout };
}
