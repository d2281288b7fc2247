import { newSigningKey, type SigningKey, type SigningKeys } from '../tokens/signing-keys.ts';
import { completed, type Database, openDatabase, type Tables } from './database.ts';
import { defaultDatabaseName } from './indexeddb-store.ts';

const setting = 'signing-keys';

/** Signing keys in IndexedDB, private halves unreadable, for servers in several tabs that accept each other's access tokens. */
export function indexedDbSigningKeys({ name = defaultDatabaseName }: { name?: string } = {}): SigningKeys {
  return signingKeysIn(openDatabase(name));
}

export function signingKeysIn(database: Database): SigningKeys {
  const read = async (tables: Tables): Promise<readonly SigningKey[]> =>
    (await completed(tables('settings').get(setting))) ?? [];

  async function load(): Promise<readonly SigningKey[]> {
    const present = await database.transact('readonly', ['settings'], read);
    if (present.length > 0) return present;
    const first = await newSigningKey();
    return database.transact('readwrite', ['settings'], async (tables) => {
      // Another tab may have been faster.
      const found = await read(tables);
      if (found.length === 0) await completed(tables('settings').put([first], setting));
      return found.length === 0 ? [first] : found;
    });
  }

  return {
    load,
    async update(next) {
      await load();
      await database.transact('readwrite', ['settings'], async (tables) => {
        await completed(tables('settings').put(next(await read(tables)), setting));
      });
    },
  };
}
