import type { Platform } from '../platform.ts';
import { within } from '../waiting.ts';

/** Keys that the browser keeps and lets nobody read: whoever copies the stored session does not have its key. */
export interface KeyVault {
  /** Makes the key of a session, or finds the one another tab has just made; `null` where the browser keeps none. */
  make(id: string): Promise<CryptoKey | null>;
  find(id: string): Promise<CryptoKey | null>;
  drop(id: string): void;
}

const store = 'keys';

/** A browser that blocks its database may never answer. */
const patience = 1_000;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function open(): Promise<IDBDatabase> {
  const opening = globalThis.indexedDB.open('latchkey', 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(store);
  return done(opening);
}

/** One transaction on a connection of its own: an open one could keep a page out of the back/forward cache. */
async function transact<T>(mode: IDBTransactionMode, work: (keys: IDBObjectStore) => Promise<T>): Promise<T> {
  const database = await open();
  try {
    return await work(database.transaction(store, mode).objectStore(store));
  } finally {
    database.close();
  }
}

/** @param prefix sets the keys of one client apart from those of others. */
export function createKeyVault(prefix: string, setTimer: Platform['setTimer']): KeyVault {
  const nameOf = (id: string): string => `${prefix} ${id}`;
  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> =>
    (await within(setTimer, patience, work()).catch(() => null)) ?? null;

  return {
    make: (id) =>
      attempt(async () => {
        const algorithm = { name: 'HMAC', hash: 'SHA-256' };
        const fresh = await crypto.subtle.generateKey(algorithm, false, ['sign']);
        return transact('readwrite', async (keys) => {
          const names = (await done(keys.getAllKeys())).map(String);
          // The keys of sessions that are over, should their page have been closed before it could drop them.
          for (const name of names) if (name.startsWith(`${prefix} `) && name !== nameOf(id)) keys.delete(name);
          if (!names.includes(nameOf(id))) await done(keys.add(fresh, nameOf(id)));
          return done<CryptoKey>(keys.get(nameOf(id)));
        });
      }),
    find: (id) => attempt(() => transact('readonly', (keys) => done<CryptoKey>(keys.get(nameOf(id))))),
    drop: (id) => void attempt(() => transact('readwrite', (keys) => done(keys.delete(nameOf(id))))),
  };
}

/** Where there is no database, or the session is not one that tabs share: the secret is part of the session then. */
export const noVault: KeyVault = { make: async () => null, find: async () => null, drop: () => {} };
