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
  /** What the store did not take (`null`: what it would not let go of), and what it showed when that was so. */
  const memory = new Map<string, { readonly value: string | null; readonly over: string | null }>();
  /** What it showed last: a store that cannot be read for a moment is not empty. */
  const shown = new Map<string, string | null>();

  const look = (key: string): string | null => {
    attempt(() => shown.set(key, base?.getItem(key) ?? null));
    return shown.get(key) ?? null;
  };
  /** @returns what is there afterwards. */
  const remove = (key: string): string | null => {
    const isRemoved = attempt(() => {
      base?.removeItem(key);
      return shown.set(key, null);
    });
    // What cannot be removed may still be overwritten.
    if (!isRemoved) attempt(() => base?.setItem(key, ''));
    return look(key);
  };

  return {
    get persistence() {
      if (!base || memory.size > 0) return 'memory';
      return named ? choice : 'custom';
    },
    getItem(key) {
      const found = look(key);
      const kept = memory.get(key);
      if (kept?.over === found) return kept.value;
      // Whatever another tab stored meanwhile is newer than what this tab could not store, also once it is gone again.
      memory.delete(key);
      return found;
    },
    setItem(key, value) {
      const first = memory.size === 0;
      memory.set(key, { value, over: null });
      if (!base) return;
      try {
        try {
          base.setItem(key, value);
        } catch {
          // Full: the old value's room may be enough for the new one. It must go in any case, its refresh token is spent.
          remove(key);
          base.setItem(key, value);
        }
        if (look(key) !== value) throw new TypeError('What was stored is not there.');
        memory.delete(key);
      } catch (cause) {
        memory.set(key, { value, over: remove(key) });
        if (first) onFailure(new StorageError({ cause }));
      }
    },
    removeItem(key) {
      memory.delete(key);
      const over = remove(key);
      if (over) memory.set(key, { value: null, over });
    },
  };
}
