import type { AttemptEntry } from '../refresh/refresh-coordinator.ts';
import type { AuthStorage } from '../types.ts';

/** What all tabs must know of the last attempt to refresh. Gone after a success and after a logout. */
export interface StoredAttemptLog {
  read(sid: string): AttemptEntry | null;
  write(entry: AttemptEntry): void;
  clear(): void;
}

export function createAttemptLog(storage: AuthStorage, key: string): StoredAttemptLog {
  return {
    read(sid) {
      try {
        const entry = JSON.parse(storage.getItem(key) ?? 'null') as AttemptEntry | null;
        const whole = entry?.sid === sid && Number.isFinite(entry.failures) && Number.isFinite(entry.notBefore);
        return whole ? entry : null;
      } catch {
        return null;
      }
    },
    write: (entry) => storage.setItem(key, JSON.stringify(entry)),
    clear: () => storage.removeItem(key),
  };
}
