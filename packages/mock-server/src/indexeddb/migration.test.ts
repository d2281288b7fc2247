// Kind: a database that an older version has written must go on, with its sessions, under a newer one.
import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { logout, someFamily, someToken, start } from '../testing/rows.ts';
import { indexedDbStore } from './indexeddb-store.ts';

/** A database as version 2 made it. */
function versionTwo(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 2);
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => {
      const database = request.result;
      const families = database.createObjectStore('families', { keyPath: 'id' });
      families.createIndex('userId', 'userId');
      families.createIndex('absoluteExpiresAt', 'absoluteExpiresAt');
      const tokens = database.createObjectStore('tokens', { keyPath: 'hash' });
      tokens.createIndex('revokeVerifier', 'revokeVerifier', { unique: true });
      tokens.createIndex('generation', ['familyId', 'generation'], { unique: true });
      tokens.createIndex('keyHash', ['familyId', 'keyHash']);
      tokens.createIndex('currentOf', 'currentOf', { unique: true });
      tokens.createIndex('sealedAt', 'sealedAt');
      database.createObjectStore('settings').put('kept', 'a setting');
      families.put(someFamily());
      families.put(someFamily({ id: 'ended', revokedAt: start, revokeReason: 'logout' }));
      tokens.put({ ...someToken(), currentOf: 'family-1' });
    };
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  });
}

it('a database of version 2 keeps its sessions, and finds them by the new indexes (OS4)', async () => {
  await versionTwo('migrated');
  const store = indexedDbStore({ name: 'migrated' });
  expect(await store.unended('ada', 0)).toEqual([someFamily()]);
  expect((await store.recent('ada', { unended: 9, ended: 9 })).map(({ id }) => id).sort()).toEqual([
    'ended',
    'family-1',
  ]);
  expect(await store.decide({ tokenHash: 'hash-1' }, logout)).toBe(true);
  expect(await store.unended('ada', 0)).toEqual([]);
});
