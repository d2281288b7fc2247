import type { AuthStorage } from '../types.ts';

/** One value as JSON under one key, where every tab sees it. Read through on every use. */
export interface Cell<T> {
  /** What is there now: the same object as long as the stored text is the same, `null` for anything that is no such value. */
  read(): T | null;
  /** `null` removes whatever is there. */
  write(value: T | null): void;
}

/** @param isWhole whether this is such a value; may throw for what is none. */
export function createCell<T>(storage: AuthStorage, key: string, isWhole: (value: T) => boolean): Cell<T> {
  let lastRaw: string | null = null;
  let last: T | null = null;
  return {
    read() {
      const raw = storage.getItem(key);
      if (raw !== lastRaw) {
        lastRaw = raw;
        last = null;
        try {
          const value = JSON.parse(raw as string) as T;
          if (isWhole(value)) last = value;
        } catch {
          // Not ours, or not whole.
        }
      }
      return last;
    },
    write(value) {
      if (value) storage.setItem(key, JSON.stringify(value));
      else storage.removeItem(key);
    },
  };
}
