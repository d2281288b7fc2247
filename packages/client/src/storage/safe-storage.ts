import { StorageError } from '../errors.ts';
import type { AuthStorage } from '../types.ts';

export type StorageKind = 'local' | 'session' | 'memory';

/** A store that never throws: what the browser refuses to keep is kept in memory, for this tab. */
export interface SafeStorage extends AuthStorage {
  /** What is really in use. */
  readonly persistence: StorageKind | 'custom';
}

function memoryStorage(): AuthStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

/** The browser's store of that name, or `null`: even reading the property throws where cookies are blocked. */
function browserStorage(kind: StorageKind): AuthStorage | null {
  try {
    const storage = kind === 'local' ? globalThis.localStorage : globalThis.sessionStorage;
    storage.getItem('');
    return storage;
  } catch {
    return null;
  }
}

/**
 * Opens the store and keeps it from ever throwing.
 * @param onFailure called once for each time writing starts to fail.
 */
export function openStorage(choice: StorageKind | AuthStorage, onFailure: (error: StorageError) => void): SafeStorage {
  const named = typeof choice === 'string';
  const base = named ? (choice === 'memory' ? null : browserStorage(choice)) : choice;
  const memory = memoryStorage();
  const unsaved = new Set<string>();

  const read = (key: string): string | null => {
    try {
      return base?.getItem(key) ?? null;
    } catch {
      return null;
    }
  };
  const remove = (key: string): void => {
    try {
      base?.removeItem(key);
    } catch {
      // A store that cannot remove could not write either; the value under the key is not ours.
    }
  };
  const write = (key: string, value: string): void => {
    try {
      base?.setItem(key, value);
    } catch {
      // Full: the old value's room may be enough for the new one. It must go in any case, its refresh token is spent.
      remove(key);
      base?.setItem(key, value);
    }
  };

  return {
    get persistence() {
      if (!base || unsaved.size > 0) return 'memory';
      return named ? choice : 'custom';
    },
    getItem(key) {
      if (!base) return memory.getItem(key);
      const value = read(key);
      // Whatever another tab stored meanwhile is newer than what this tab could not store.
      return value === null && unsaved.has(key) ? memory.getItem(key) : value;
    },
    setItem(key, value) {
      if (!base) return memory.setItem(key, value);
      try {
        write(key, value);
        memory.removeItem(key);
        unsaved.delete(key);
      } catch (cause) {
        remove(key);
        memory.setItem(key, value);
        if (unsaved.size === 0) onFailure(new StorageError({ cause }));
        unsaved.add(key);
      }
    },
    removeItem(key) {
      memory.removeItem(key);
      unsaved.delete(key);
      remove(key);
    },
  };
}
