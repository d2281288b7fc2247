import type { AuthStorage } from '../types.ts';

/** What the stored session says of its times, in epoch milliseconds; also of a lapsed one, which no snapshot tells. */
export interface StoredTimes {
  readonly savedAt: number;
  readonly accessExpiresAt: number | null;
  readonly refreshableUntil: number | null;
  readonly sessionEndsAt: number | null;
  readonly clockSkew: number;
}

/** The session under one key of one store: to look at, and to make older than it is. */
export interface StoredSession {
  times(): StoredTimes | null;
  /** Puts these instants into the past, as if the time had gone by. `false` where there is nothing to change. */
  end(...what: readonly ('accessExpiresAt' | 'refreshableUntil')[]): boolean;
}

/** @param shown the session to look at: the one that is stored may belong to another API. */
export function createStoredSession(
  storage: AuthStorage | null,
  key: string,
  now: () => number,
  shown: () => string | null,
): StoredSession {
  const read = (): (StoredTimes & Record<string, unknown>) | null => {
    try {
      const stored = JSON.parse(storage?.getItem(key) ?? 'null') as (StoredTimes & Record<string, unknown>) | null;
      return stored?.['sid'] === shown() ? stored : null;
    } catch {
      return null;
    }
  };
  return {
    times: () => read(),
    end(...what) {
      const session = read();
      if (!session || !storage) return false;
      // Beyond doubt: a limit that the server's clock may not have reached yet does not count as passed.
      const past = Math.min(session.savedAt, now() - Math.abs(session.clockSkew) - 1_000);
      const ended = Object.fromEntries(what.map((name) => [name, past]));
      storage.setItem(key, JSON.stringify({ ...session, ...ended }));
      // The browser tells all tabs but this one.
      globalThis.dispatchEvent?.(new StorageEvent('storage', { key }));
      return true;
    },
  };
}
