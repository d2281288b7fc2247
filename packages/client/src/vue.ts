import { type App, type InjectionKey, inject, type Plugin, type ShallowRef, shallowRef } from 'vue';
import type { AuthClient } from './client-types.ts';
import { ConfigurationError } from './errors.ts';
import type { SessionSnapshot } from './types.ts';

/** What a component knows of the session, and its verbs. */
export interface Auth<Client extends AuthClient = AuthClient> {
  readonly session: Readonly<ShallowRef<SessionSnapshot>>;
  readonly client: Client;
  readonly login: Client['login'];
  readonly logout: Client['logout'];
}

const key: InjectionKey<Auth> = Symbol('latchkey');

/**
 * Gives the client to all components of the application, and listens to it until the application is unmounted. On a server
 * it does not listen.
 *
 * @example
 * createApp(Root).use(authPlugin(client)).mount('#app');
 */
export function authPlugin(client: AuthClient): Plugin<[]> {
  return {
    install(app: App) {
      const session = shallowRef(client.session);
      // An application that is rendered on a server is never unmounted.
      if (globalThis.document) {
        const stop = client.subscribe((now) => {
          session.value = now;
        });
        app.onUnmount(stop);
      }
      app.provide(key, { session, client, login: client.login, logout: client.logout });
    },
  };
}

/**
 * The session, in step with every tab.
 *
 * @throws ConfigurationError where the application does not use the plugin.
 * @example
 * const { session, logout } = useAuth();
 */
export function useAuth<Client extends AuthClient = AuthClient>(): Auth<Client> {
  const auth = inject(key, null);
  if (!auth) throw new ConfigurationError('useAuth() needs app.use(authPlugin(client)).');
  return auth as Auth<Client>;
}
