import type { AuthStorage } from '../types.ts';

/** A logout the server has not answered yet. A ticket can only end its session: no token and no name is in here. */
export interface PendingRevocation {
  readonly v: 1;
  readonly endpoint: string;
  readonly sid: string;
  readonly ticket: string;
  readonly createdAt: number;
  /** When the session would have ended anyway; `null` where the server never said. */
  readonly expiresAt: number | null;
  readonly tries: number;
  /** Not sent again before this instant, except that a network that is back ends the wait. */
  readonly notBefore: number;
}

export interface Outbox {
  list(): readonly PendingRevocation[];
  has(sid: string): boolean;
  put(entry: PendingRevocation): void;
  drop(sid: string): void;
}

const capacity = 8;

function isEntry(value: unknown): value is PendingRevocation {
  const entry = value as Partial<PendingRevocation> | null;
  return (
    typeof entry === 'object' &&
    entry !== null &&
    entry.v === 1 &&
    typeof entry.endpoint === 'string' &&
    typeof entry.sid === 'string' &&
    typeof entry.ticket === 'string' &&
    Number.isFinite(entry.tries) &&
    Number.isFinite(entry.notBefore)
  );
}

/** At most eight entries under one key, the oldest dropped first. The key is gone when nothing is pending. */
export function createOutbox(storage: AuthStorage, key: string): Outbox {
  const list = (): PendingRevocation[] => {
    try {
      const value: unknown = JSON.parse(storage.getItem(key) ?? '[]');
      return Array.isArray(value) ? value.filter(isEntry) : [];
    } catch {
      return [];
    }
  };
  const save = (entries: PendingRevocation[]): void => {
    if (entries.length > 0) storage.setItem(key, JSON.stringify(entries.slice(-capacity)));
    else storage.removeItem(key);
  };
  return {
    list,
    has: (sid) => list().some((entry) => entry.sid === sid),
    put: (entry) => save([...list().filter((other) => other.sid !== entry.sid), entry]),
    drop(sid) {
      const entries = list();
      const rest = entries.filter((entry) => entry.sid !== sid);
      if (rest.length < entries.length) save(rest);
    },
  };
}
