import type { AuthStorage } from '../types.ts';

/** A logout the server has not answered yet. A ticket can only end its session: no token and no name is in here. */
export interface PendingRevocation {
  readonly v: 1;
  readonly endpoint: string;
  /** The session's local name. */
  readonly id: string;
  /** The server's name for it. */
  readonly sid: string;
  readonly ticket: string;
  readonly createdAt: number;
  /** When the session will have ended anyway, as far as can be told. */
  readonly expiresAt: number;
  readonly tries: number;
  /** Not sent again before this instant, except that a network that is back ends the wait. */
  readonly notBefore: number;
}

export interface Outbox {
  list(): readonly PendingRevocation[];
  has(id: string): boolean;
  put(entry: PendingRevocation): void;
  drop(id: string): void;
  /** Two tabs that write at once may undo each other's work: each says again what it has put in and taken out. */
  reassert(): void;
}

const capacity = 8;

/** How long a write of another tab may still be one that had not seen ours, in milliseconds; far more than it takes. */
const undoable = 100;

function isEntry(value: unknown): value is PendingRevocation {
  const entry = value as Partial<PendingRevocation> | null;
  return (
    typeof entry === 'object' &&
    entry !== null &&
    entry.v === 1 &&
    [entry.endpoint, entry.id, entry.sid, entry.ticket].every((text) => typeof text === 'string') &&
    Number.isFinite(entry.tries) &&
    Number.isFinite(entry.notBefore)
  );
}

/** At most eight entries under one key, the oldest dropped first. The key is gone when nothing is pending. */
export function createOutbox(storage: AuthStorage, key: string, now: () => number): Outbox {
  /** What this tab has just put in, or taken out (`null`). */
  const recent = new Map<string, { readonly entry: PendingRevocation | null; readonly at: number }>();

  const list = (): PendingRevocation[] => {
    try {
      const value: unknown = JSON.parse(storage.getItem(key) ?? '[]');
      return Array.isArray(value) ? value.filter(isEntry) : [];
    } catch {
      return [];
    }
  };
  const reassert = (): void => {
    const stored = list();
    const entries = stored.filter(({ id }) => !recent.has(id));
    for (const [id, { entry, at }] of recent) {
      if (entry) entries.push(entry);
      if (Math.abs(now() - at) > undoable) recent.delete(id);
    }
    entries.splice(0, entries.length - capacity);
    if (entries.length > 0 && JSON.stringify(entries) !== JSON.stringify(stored)) {
      storage.setItem(key, JSON.stringify(entries));
    }
    if (entries.length === 0 && storage.getItem(key) !== null) storage.removeItem(key);
  };

  return {
    list,
    has: (id) => list().some((entry) => entry.id === id),
    put(entry) {
      recent.set(entry.id, { entry, at: now() });
      reassert();
    },
    drop(id) {
      recent.set(id, { entry: null, at: now() });
      reassert();
    },
    reassert,
  };
}
