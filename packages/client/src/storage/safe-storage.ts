import { StorageError } from '../errors.ts';
import type { AuthStorage } from '../types.ts';

export type StorageKind = 'local' | 'session' | 'memory';

/** A store that never throws: what the browser refuses to keep is kept in memory, for this tab. */
export interface SafeStorage extends AuthStorage {
  /** What is really in use. */
  readonly persistence: StorageKind | 'custom';
}

/** What `work` returns, or `null` where it throws. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** The browser's store of that name, or `null`: even reading the property throws where cookies are blocked. */
function browserStorage(kind: StorageKind): AuthStorage | null {
  return attempt(() => {
    const storage = (globalThis as unknown as Record<string, AuthStorage>)[`${kind}Storage`] as AuthStorage;
    storage.getItem('');
    return storage;
  });
}

/**
 * Opens the store and keeps it from ever throwing.
 * @param onFailure called once for each time writing starts to fail.
 */
export function openStorage(choice: StorageKind | AuthStorage, onFailure: (error: StorageError) => void): SafeStorage {
  const named = typeof choice === 'string';
  const base = named ? browserStorage(choice) : choice;
  /** What the store did not take. */
  const memory = new Map<string, string>();
  // A store that cannot remove could not write either; the value under the key is not ours.
  const remove = (key: string): unknown => attempt(() => base?.removeItem(key));

  return {
    get persistence() {
      if (!base || memory.size > 0) return 'memory';
      return named ? choice : 'custom';
    },
    getItem(key) {
      let value: string | null = null;
      try {
        if (base) value = base.getItem(key);
      } catch {
        // As good as nothing.
      }
      // Whatever another tab stored meanwhile is newer than what this tab could not store.
      return value ?? memory.get(key) ?? null;
    },
    setItem(key, value) {
      const first = memory.size === 0;
      memory.set(key, value);
      if (!base) return;
      try {
        try {
          base.setItem(key, value);
        } catch {
          // Full: the old value's room may be enough for the new one. It must go in any case, its refresh token is spent.
          remove(key);
          base.setItem(key, value);
        }
        if (base.getItem(key) !== value) throw new TypeError('What was stored is not there.');
        memory.delete(key);
      } catch (cause) {
        remove(key);
        if (first) onFailure(new StorageError({ cause }));
      }
    },
    removeItem(key) {
      memory.delete(key);
      remove(key);
    },
  };
}
