import type { AuthStorage } from '../types.ts';

/** One value as JSON under one key, where every tab sees it. Read through on every use. */
export interface Cell<T> {
  /** What is there now: the same object as long as the stored text is the same, `null` for anything that is no such value. */
  read(): T | null;
  /** `null` removes whatever is there. */
  write(value: T | null): void;
}

/**
 * @param key asked at every use.
 * @param parse makes the value of what is stored, whoever stored it; `null` for what is none. May throw for that.
 */
export function createCell<T>(storage: AuthStorage, key: () => string, parse: (stored: unknown) => T | null): Cell<T> {
  let lastRaw: string | null = null;
  let last: T | null = null;
  return {
    read() {
      const raw = storage.getItem(key());
      if (raw !== lastRaw) {
        lastRaw = raw;
        last = null;
        try {
          last = parse(JSON.parse(raw as string));
        } catch {
          // Not ours, or not whole.
        }
      }
      return last;
    },
    write(value) {
      if (value) storage.setItem(key(), JSON.stringify(value));
      else storage.removeItem(key());
    },
  };
}
