import type { Family } from '../store/session-store.ts';
import { familyRecordOf } from './records.ts';

/** The tables, by what is in them. */
export type Table = 'families' | 'tokens' | 'settings';

/** A database that opens at first use, and again when the browser closed it. */
export interface Database {
  /**
   * Runs `work` in one transaction: all it wrote is kept once this resolves, nothing when it rejects. `work` awaits nothing but
   * the transaction's own requests.
   */
  transact<T>(mode: IDBTransactionMode, tables: readonly Table[], work: (tables: Tables) => Promise<T>): Promise<T>;
}

export type Tables = (table: Table) => IDBObjectStore;

const version = 3;

export function openDatabase(name: string): Database {
  let opening: Promise<IDBDatabase> | undefined;

  function connect(): Promise<IDBDatabase> {
    opening ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, version);
      request.onupgradeneeded = ({ oldVersion }) => {
        if (oldVersion === 2) indexFamilies(request.transaction as IDBTransaction);
        else createTables(request.result);
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const database = request.result;
        // Another tab may want to delete or upgrade it; a closed connection is opened anew at the next use.
        database.onversionchange = () => {
          database.close();
          opening = undefined;
        };
        database.onclose = () => {
          opening = undefined;
        };
        resolve(database);
      };
    });
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  }

  return {
    async transact(mode, tables, work) {
      const transaction = (await connect()).transaction([...tables], mode);
      const done = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was aborted.'));
      });
      try {
        const result = await work((table) => transaction.objectStore(table));
        await done;
        return result;
      } catch (failure) {
        abort(transaction);
        await done.catch(() => {});
        throw failure;
      }
    },
  };
}

export function completed<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** What a version before the second kept is dropped: it is test data. */
function createTables(database: IDBDatabase): void {
  for (const table of [...database.objectStoreNames]) database.deleteObjectStore(table);
  const families = database.createObjectStore('families', { keyPath: 'id' });
  families.createIndex('userId', 'userId');
  families.createIndex('absoluteExpiresAt', 'absoluteExpiresAt');
  createFamilyIndexes(families);
  const tokens = database.createObjectStore('tokens', { keyPath: 'hash' });
  tokens.createIndex('revokeVerifier', 'revokeVerifier', { unique: true });
  tokens.createIndex('generation', ['familyId', 'generation'], { unique: true });
  // Null is no key of an index, so only tokens that were exchanged with one are in this one.
  tokens.createIndex('keyHash', ['familyId', 'keyHash']);
  // Only current tokens have this property, so a second one in a family breaks the constraint.
  tokens.createIndex('currentOf', 'currentOf', { unique: true });
  // Only tokens that keep a successor have this one.
  tokens.createIndex('sealedAt', 'sealedAt');
  database.createObjectStore('settings');
}

/** Only families that have not ended are in the one, and only those that have in the other. */
function createFamilyIndexes(families: IDBObjectStore): void {
  families.createIndex('unendedOf', 'unendedOf');
  families.createIndex('endedOf', 'endedOf');
}

/** The second version had no such indexes, and no properties for them. */
function indexFamilies(transaction: IDBTransaction): void {
  const families = transaction.objectStore('families');
  createFamilyIndexes(families);
  const request = families.openCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor === null) return;
    cursor.update(familyRecordOf(cursor.value as Family));
    cursor.continue();
  };
}

/** The last values of an index within a range. */
export function lastOf<T>(index: IDBIndex, range: IDBKeyRange, most: number): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const values: T[] = [];
    const request = index.openCursor(range, 'prev');
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor === null || values.length >= most) return resolve(values);
      values.push(cursor.value as T);
      cursor.continue();
    };
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It is over already: the browser aborts a transaction itself when a constraint breaks.
  }
}
