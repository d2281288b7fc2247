import type { BoundKey } from './proof.ts';

/**
 * Where the keys of one client are kept, for all of its tabs: the newest first, and those before it until their session is
 * logged out, since whether the tokens of a login are used is not known here. Everything rejects where there is no database.
 */
export interface KeyStore {
  load(): Promise<BoundKey[]>;
  /** Puts a key in front. */
  save(key: BoundKey): Promise<BoundKey[]>;
  remove(thumbprint: string): Promise<BoundKey[]>;
}

const store = 'keys';

/** Sessions that end without a logout leave their keys. */
const most = 8;

/** A browser that blocks its database may never answer. */
const patience = 10_000;

/** Everything that was asked for has been written. */
function written(transaction: IDBTransaction): Promise<unknown> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Whether what is kept, whoever put it there, is a key to prove with. */
function isBoundKey(kept: BoundKey | undefined): kept is BoundKey {
  const { thumbprint, privateKey, publicJwk } = Object(kept) as BoundKey;
  return typeof thumbprint === 'string' && privateKey?.type === 'private' && typeof publicJwk === 'object';
}

export function createKeyStore(name: string): KeyStore {
  /** Puts a key in front of the others, all but `dropped`: in one transaction, as other tabs log in and out at any time. */
  const transact = async (dropped?: string, added: BoundKey[] = []): Promise<BoundKey[]> => {
    const opening = indexedDB.open('latchkey-dpop', 1);
    opening.onupgradeneeded = () => void opening.result.createObjectStore(store);
    const database = await done(opening);
    try {
      const transaction = database.transaction(store, dropped ? 'readwrite' : 'readonly');
      const keys = transaction.objectStore(store);
      let held = [await done<BoundKey[] | undefined>(keys.get(name))].flat().filter(isBoundKey);
      if (dropped) {
        held = [...added, ...held.filter(({ thumbprint }) => thumbprint !== dropped)].slice(0, most);
        keys.put(held, name);
        await written(transaction);
      }
      return held;
    } finally {
      database.close();
    }
  };
  const inTime = (...given: Parameters<typeof transact>): Promise<BoundKey[]> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(reject, patience, new Error('The database does not answer.'));
      transact(...given)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
  return {
    load: () => inTime(),
    save: (key) => inTime(key.thumbprint, [key]),
    remove: (thumbprint) => inTime(thumbprint),
  };
}
