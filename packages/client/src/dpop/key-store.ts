import type { BoundKey } from './proof.ts';

/** Where the key of the session is kept: one per client, shared by its tabs. Everything rejects where there is no database. */
export interface KeyStore {
  load(): Promise<BoundKey | null>;
  save(key: BoundKey): Promise<void>;
  remove(): Promise<void>;
}

const store = 'keys';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export function createKeyStore(name: string): KeyStore {
  const transact = async <T>(mode: IDBTransactionMode, work: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const opening = indexedDB.open('latchkey-dpop', 1);
    opening.onupgradeneeded = () => void opening.result.createObjectStore(store);
    const database = await done(opening);
    try {
      return await done(work(database.transaction(store, mode).objectStore(store)));
    } finally {
      database.close();
    }
  };
  return {
    load: async () => (await transact<BoundKey | undefined>('readonly', (keys) => keys.get(name))) ?? null,
    save: async (key) => void (await transact('readwrite', (keys) => keys.put(key, name))),
    remove: () => transact('readwrite', (keys) => keys.delete(name)),
  };
}
