import type { Platform } from '../platform.ts';
import { within } from '../waiting.ts';

/** Keeps the key of a session in the browser, where nobody can read it: whoever copies the stored session does not have it. */
export interface KeyVault {
  /** Makes the key of a session, or finds the one another tab has just made; `null` where the browser keeps none. */
  make(id: string): Promise<CryptoKey | null>;
  find(id: string): Promise<CryptoKey | null>;
  drop(id: string): void;
}

/** One per client: the key of the session before goes when another is made. */
interface Kept {
  readonly id: string;
  readonly key: CryptoKey;
}

const store = 'keys';

/** A browser that blocks its database may never answer. */
const patience = 1_000;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = reject;
  });
}

/**
 * @param name sets the key of one client apart from those of others.
 * @param isShared whether other tabs see the session. Where they do not, or there is no database, the secret is part of it.
 */
export function createKeyVault(name: string, isShared: boolean, setTimer: Platform['setTimer']): KeyVault {
  /** One transaction on a connection of its own: an open one could keep a page out of the back/forward cache. */
  const transact = async (
    work: (kept: Kept | undefined, keys: IDBObjectStore) => CryptoKey | Promise<unknown> | undefined,
  ): Promise<CryptoKey | null> => {
    const opening = globalThis.indexedDB.open('latchkey', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(store);
    const database = await done(opening);
    try {
      const keys = database.transaction(store, 'readwrite').objectStore(store);
      return ((await work(await done(keys.get(name)), keys)) as CryptoKey | undefined) ?? null;
    } finally {
      database.close();
    }
  };
  const attempt = async (work: Parameters<typeof transact>[0]): Promise<CryptoKey | null> =>
    (await within(setTimer, patience, transact(work)).catch(() => null)) ?? null;

  return {
    async make(id) {
      if (!isShared) return null;
      const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      return attempt((kept, keys) => (kept?.id === id ? kept.key : done(keys.put({ id, key }, name)).then(() => key)));
    },
    find: async (id) => (isShared ? attempt((kept) => (kept?.id === id ? kept.key : undefined)) : null),
    drop: (id) => void (isShared && attempt((kept, keys) => (kept?.id === id ? done(keys.delete(name)) : undefined))),
  };
}
