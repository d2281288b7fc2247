import type { SessionRecord } from '../token/session-record.ts';
import type { AuthStorage } from '../types.ts';
import { encodeRecord, parseRecord } from './stored-record.ts';

/** The one copy of the truth. Read through on every use; every change compares first. */
export interface TokenStore {
  /** The session in storage now, or `null`. The same object as long as the stored value is the same. */
  read(): SessionRecord | null;
  /** Starts a session over whatever is there. */
  start(next: SessionRecord): void;
  /** Replaces the pair `sent` by its successor, if storage still holds exactly that pair. */
  rotate(sent: SessionRecord, next: SessionRecord): boolean;
  /** Removes the session `id`, and with `refreshToken` only that pair of it. */
  remove(id: string, refreshToken?: string): boolean;
  /** Removes whatever is under the key, readable or not. */
  clear(): void;
}

export function createTokenStore(storage: AuthStorage, key: string): TokenStore {
  let lastRaw: string | null = null;
  let lastRecord: SessionRecord | null = null;

  const read = (): SessionRecord | null => {
    const raw = storage.getItem(key);
    if (raw !== lastRaw) {
      lastRaw = raw;
      lastRecord = parseRecord(raw);
    }
    return lastRecord;
  };
  const write = (next: SessionRecord): void => storage.setItem(key, encodeRecord(next));

  return {
    read,
    start: write,
    rotate(sent, next) {
      const current = read();
      if (current?.id !== sent.id || current.refreshToken !== sent.refreshToken) return false;
      write(next);
      return true;
    },
    remove(id, refreshToken) {
      const current = read();
      if (current?.id !== id || (refreshToken !== undefined && current.refreshToken !== refreshToken)) return false;
      storage.removeItem(key);
      return true;
    },
    clear: () => storage.removeItem(key),
  };
}
