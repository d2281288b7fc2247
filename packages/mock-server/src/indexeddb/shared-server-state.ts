import type { Clock } from '../clock/clock.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';
import { completed, openDatabase } from './database.ts';
import { signingKeysIn } from './indexeddb-signing-keys.ts';
import { defaultDatabaseName, storeIn } from './indexeddb-store.ts';
import { sharedClock } from './shared-clock.ts';

/** What several tabs, each with a server of its own in the page, have in common: together they are one server. */
export interface SharedServerState {
  readonly store: SessionStore;
  readonly signingKeys: SigningKeys;
  /** Advanced in one tab, it is advanced in all. */
  readonly clock: Clock;
  /** Calls back when another tab changed sessions or the time. Returns the function that stops it. */
  subscribe(listener: () => void): () => void;
  /** Deletes sessions, keys and the advanced time. Reload the tabs afterwards. */
  forget(): Promise<void>;
  /** Lets go of the other tabs. */
  close(): void;
}

type News = { readonly type: 'advanced'; readonly by: number } | { readonly type: 'sessions' };

/**
 * Opens the state that the tabs of this origin share under a name.
 *
 * @example const server = createAuthServer({ users, ...(await sharedServerState()) });
 */
export async function sharedServerState({
  name = defaultDatabaseName,
}: {
  name?: string;
} = {}): Promise<SharedServerState> {
  const database = openDatabase(name);
  const channel = new BroadcastChannel(name);
  // In Node an open channel would keep the process.
  (channel as { unref?: () => void }).unref?.();
  const listeners = new Set<() => void>();
  let onAdvanced: (by: number) => void = () => {};
  const send = (news: News) => channel.postMessage(news);

  channel.onmessage = ({ data }: MessageEvent<News>) => {
    if (data.type === 'advanced') onAdvanced(data.by);
    for (const listener of [...listeners]) listener();
  };

  const clock = await sharedClock(database, {
    send: (by) => send({ type: 'advanced', by }),
    receive: (listener) => {
      onAdvanced = listener;
    },
  });

  return {
    store: announcing(storeIn(database), () => send({ type: 'sessions' })),
    signingKeys: signingKeysIn(database),
    clock,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async forget() {
      await database.transact('readwrite', ['families', 'tokens', 'settings'], async (tables) => {
        for (const table of ['families', 'tokens', 'settings'] as const) await completed(tables(table).clear());
      });
      send({ type: 'sessions' });
    },
    close: () => channel.close(),
  };
}

function announcing(store: SessionStore, announce: () => void): SessionStore {
  const after = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    announce();
    return result;
  };
  return {
    ...store,
    open: (family, token) => after(store.open(family, token)),
    decide: (lookup, rule) => after(store.decide(lookup, rule)),
    decideEach: (userId, rule) => after(store.decideEach(userId, rule)),
    purge: (expiredBefore, limit) => after(store.purge(expiredBefore, limit)),
    clear: () => after(store.clear()),
  };
}
