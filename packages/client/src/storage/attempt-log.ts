import type { AttemptEntry, AttemptLog } from '../refresh/attempt-log.ts';
import type { AuthStorage } from '../types.ts';

/** Keeps the log under a key of its own, where every tab sees it. */
export function createAttemptLog(storage: AuthStorage, key: string): AttemptLog {
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
