import type { AttemptEntry, AttemptLog } from '../refresh/attempt-log.ts';
import type { AuthStorage } from '../types.ts';

/** Keeps the log under a key of its own, where every tab sees it. */
export function createAttemptLog(storage: AuthStorage, key: string): AttemptLog {
  const read = (id: string): AttemptEntry | null => {
    try {
      const entry = JSON.parse(storage.getItem(key) ?? 'null') as AttemptEntry | null;
      const whole = entry?.id === id && Number.isFinite(entry.failures) && Number.isFinite(entry.notBefore);
      return whole ? entry : null;
    } catch {
      return null;
    }
  };
  return {
    read,
    write: (entry) => storage.setItem(key, JSON.stringify(entry)),
    clear(id) {
      // What belongs to another session, which a faster tab may have begun, is not ours to forget.
      const raw = storage.getItem(key);
      if (raw !== null && (read(id) || !raw.includes('"id":'))) storage.removeItem(key);
    },
  };
}
