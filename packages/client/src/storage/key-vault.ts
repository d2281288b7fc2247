import type { Platform } from '../platform.ts';
import { keyOf } from '../token/proofs.ts';
import { within } from '../waiting.ts';

type MaybeKey = CryptoKey | undefined;

/** Keeps the key of a session in the browser, where nobody can read it: whoever copies the stored session does not have it. */
export interface KeyVault {
  /** Makes the key of a session, or finds the one another tab has just made; `undefined` where the browser keeps none. */
  make(id: string): Promise<MaybeKey>;
  find(id: string): Promise<MaybeKey>;
  /**
   * Keeps a key that is made of the secret in the record of a session, so that either of them gives the same proofs. `false`
   * where that was not possible, or where the session has another key already.
   * @param isWanted asked right before the key is put in the place of that of the session before.
   */
  keep(id: string, secret: string, isWanted: () => boolean): Promise<boolean>;
  drop(id: string): void;
}

/** One per client: the key of the session before goes when another is made. */
interface Kept {
  readonly id: string;
  readonly key: CryptoKey;
  /** Whether it was made of the secret in the record. */
  readonly ofSecret?: boolean;
}

/** What is kept under the name, whoever put it there; nothing where it is no key. */
function keptIn(found: Kept | undefined): Kept | undefined {
  const { type, algorithm } = Object(found?.key) as CryptoKey;
  return type === 'secret' && algorithm?.name === 'HMAC' ? found : undefined;
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
 * @param name sets the key of one client apart from those of others; asked at every use.
 * @param isShared whether other tabs see the session. Where they do not, or there is no database, the secret is part of it.
 */
export function createKeyVault(name: () => string, isShared: boolean, setTimer: Platform['setTimer']): KeyVault {
  /** One transaction on a connection of its own: an open one could keep a page out of the back/forward cache. */
  const transact = async (
    mode: IDBTransactionMode,
    work: (kept: Kept | undefined, keys: IDBObjectStore) => MaybeKey | Promise<unknown>,
  ): Promise<MaybeKey> => {
    const opening = globalThis.indexedDB.open('latchkey', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(store);
    const database = await done(opening);
    try {
      const keys = database.transaction(store, mode).objectStore(store);
      return (await work(keptIn(await done(keys.get(name()))), keys)) as MaybeKey;
    } finally {
      database.close();
    }
  };
  /** What was last looked up, or is at this moment: the key of a session never changes. */
  let last: { readonly id: string; readonly key: Promise<MaybeKey> } | null = null;

  const inTime = (work: Promise<MaybeKey>): Promise<MaybeKey> =>
    within(setTimer, patience, work).catch(() => undefined);
  const remember = async (id: string, work: Promise<MaybeKey>): Promise<MaybeKey> => {
    const mine = { id, key: inTime(work) };
    last = mine;
    const key = await mine.key;
    if (!key && last === mine) last = null;
    return key;
  };

  const create = async (id: string): Promise<MaybeKey> => {
    const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return transact('readwrite', (kept, keys) =>
      kept?.id === id ? kept.key : done(keys.put({ id, key }, name())).then(() => key),
    );
  };
  const keep = async (id: string, secret: string, isWanted: () => boolean): Promise<MaybeKey> => {
    const key = await keyOf(secret);
    return transact('readwrite', (kept, keys) => {
      if (kept?.id === id) return kept.ofSecret ? kept.key : undefined;
      return key && isWanted() ? done(keys.put({ id, key, ofSecret: true }, name())).then(() => key) : undefined;
    });
  };
  const look = (id: string): Promise<MaybeKey> =>
    transact('readonly', (kept) => (kept?.id === id ? kept.key : undefined));

  return {
    make: async (id) => (isShared ? remember(id, create(id)) : undefined),
    find: async (id) => (isShared ? (last?.id === id && (await last.key)) || remember(id, look(id)) : undefined),
    keep: async (...given) => isShared && !!(await inTime(keep(...given))),
    drop(id) {
      if (last?.id === id) last = null;
      if (!isShared) return;
      void inTime(transact('readwrite', (kept, keys) => (kept?.id === id ? done(keys.delete(name())) : undefined)));
    },
  };
}
