import { type AuthClient, type AuthClientOptions, createAuthClient, type SessionEvent } from '@latchkey/client';
import {
  type AuthServer,
  type AuthServerOptions,
  cheapPasswordHasher,
  createAuthServer,
  manualClock,
} from '@latchkey/mock-server';
import { overhear, overhearServer } from '../../packages/mock-server/src/testing/leak-watch.ts';
import { createProfile, fetchFrom, type Profile, type Tab, type TabOptions } from './open-tab.ts';
import { pendingCrypto } from './pending-crypto.ts';

export const baseUrl = 'https://api.test/';

/** One tab with a client in it, and everything its application heard. */
export interface SceneTab extends Tab {
  readonly client: AuthClient;
  readonly events: SessionEvent[];
  /** The types of the events so far, in order. */
  readonly heard: string[];
}

/** A server, a browser profile and its tabs, all in the server's time. */
export interface Scene {
  readonly server: AuthServer;
  readonly profile: Profile;
  /** Opens a page of the application. */
  open(options?: Partial<AuthClientOptions>, tab?: TabOptions): SceneTab;
  /** How many requests of that kind the server has seen. */
  count(endpoint: string): number;
  /** The stored record, as it is. */
  stored(): Record<string, unknown> & { accessToken: string; refreshToken: string; sid: string };
}

export const users = [
  { username: 'ada', password: 'ada-password' },
  { username: 'bob', password: 'bob-password' },
] as const;

export function createScene(
  options: AuthServerOptions = {},
  network: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch = (fetch) => fetch,
): Scene {
  const server = overhearServer(
    createAuthServer({ users, passwordHasher: cheapPasswordHasher(), clock: manualClock(), echo: true, ...options }),
  );
  const toServer = network(fetchFrom(server));
  const fetch: typeof globalThis.fetch = (input, init) => {
    // No token is ever part of an address.
    overhear(input instanceof Request ? input.url : String(input));
    return toServer(input, init);
  };
  const profile = createProfile({ clock: server.clock, fetch });
  return {
    server,
    profile,
    open(clientOptions = {}, tabOptions = {}) {
      const tab = profile.openTab(tabOptions);
      const client = createAuthClient({ baseUrl, ...tab.options, ...clientOptions });
      const events: SessionEvent[] = [];
      client.subscribe((_, event) => void events.push(event));
      const heard: string[] = [];
      client.subscribe((_, { type }) => void heard.push(type));
      return Object.defineProperties(tab, {
        client: { value: client },
        events: { value: events },
        heard: { value: heard },
      }) as SceneTab;
    },
    count: (endpoint) => server.requests.filter((request) => request.endpoint === endpoint).length,
    stored: () => JSON.parse(profile.stored.get('latchkey') ?? 'null'),
  };
}

/** A tab without the lock that never sees what other tabs write of their refreshes: as if that took its time to come into sight. */
export function openUnaware({ profile, open }: Scene): SceneTab {
  const { options } = profile.openTab({ locks: false });
  const { storage } = options;
  const getItem = (key: string): string | null => (key === 'latchkey:refresh' ? null : storage.getItem(key));
  return open({ ...options, storage: { ...storage, getItem } });
}

/** Lets everything that is under way come to rest, while the server's clock stands where it is. */
export async function atRest({ server }: Scene): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet++) {
    await new Promise(setImmediate);
    const busy = server.requests.some(({ status, fault }) => status === null && fault === null);
    if (busy || pendingCrypto() > 0) quiet = 0;
  }
}

/** Lets time pass in steps that nothing under way can be too slow for. */
export async function live(scene: Scene, milliseconds: number, step = 1000): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += step) {
    await atRest(scene);
    scene.server.clock.advance(step);
  }
  await atRest(scene);
}

/** A scene with one tab in which Ada is signed in. */
export async function signedIn(
  serverOptions?: AuthServerOptions,
  clientOptions?: Partial<AuthClientOptions>,
): Promise<Scene & { tab: SceneTab; client: AuthClient }> {
  const scene = createScene(serverOptions);
  const tab = scene.open(clientOptions);
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  tab.events.length = 0;
  tab.heard.length = 0;
  return Object.assign(scene, { tab, client: tab.client });
}
