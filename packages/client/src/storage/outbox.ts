import type { Platform } from '../platform.ts';
import type { AuthStorage } from '../types.ts';
import type { Rest } from '../waiting.ts';
import { createCell } from './cell.ts';
import { isCount, isInstant, isText, longestName, restOf } from './stored-values.ts';

/**
 * A logout the server has not answered yet. A ticket can only end its session: no token and no name is in here. Its rest lasts
 * until the next try, except that a network that is back ends it.
 */
export interface PendingRevocation extends Rest {
  readonly endpoint: string;
  /** The session's local name. */
  readonly id: string;
  /** The server's name for it. */
  readonly sid: string;
  readonly ticket: string;
  /** When the session will have ended anyway, as far as can be told. */
  readonly expiresAt: number;
  readonly tries: number;
}

export interface Outbox {
  list(): readonly PendingRevocation[];
  has(id: string): boolean;
  put(entry: PendingRevocation): void;
  drop(id: string): void;
  /** Two tabs that write at once may undo each other's work: each says again what it has put in and taken out. */
  reassert(): void;
}

/** More than ever wait at once, and still far from filling a store. */
export const outboxCapacity = 100;

/** How long a write of another tab may still be one that had not seen ours, in milliseconds; far more than it takes. */
const undoable = 100;

/** After which no session is worth a logout any more, in milliseconds, whatever storage says. */
const longestLife = 100 * 86_400_000;

function parseEntry(stored: unknown): readonly PendingRevocation[] {
  const { endpoint, id, sid, ticket, expiresAt, tries, since, rest } = Object(stored) as PendingRevocation;
  const isWhole =
    [endpoint, id, sid, ticket].every((text) => isText(text, longestName)) &&
    isCount(tries) &&
    [expiresAt, since].every(isInstant);
  const end = Math.min(expiresAt, since + longestLife);
  return isWhole ? [{ endpoint, id, sid, ticket, expiresAt: end, tries, since, rest: restOf(rest) }] : [];
}

function parse(stored: unknown): readonly PendingRevocation[] {
  return (stored as unknown[]).slice(-outboxCapacity).flatMap(parseEntry);
}

/** At most a hundred entries under one key, the oldest dropped first. The key is gone when nothing is pending. */
export function createOutbox(storage: AuthStorage, key: string, setTimer: Platform['setTimer']): Outbox {
  const cell = createCell(storage, () => key, parse);
  /** What this tab has just put in, or taken out (`null`). */
  const recent = new Map<string, PendingRevocation | null>();

  const list = (): readonly PendingRevocation[] => cell.read() ?? [];
  const has = (id: string): boolean => list().some((entry) => entry.id === id);
  const replace = (id: string, entry: PendingRevocation | null | undefined): void => {
    const others = list().filter((other) => other.id !== id);
    const entries = entry ? [...others, entry].slice(-outboxCapacity) : others;
    cell.write(entries.length > 0 ? entries : null);
  };
  const reassert = (): void => {
    for (const [id, entry] of recent) {
      if (has(id) === (entry !== null)) continue;
      // Put in again only once: two tabs that both insisted would never come to rest, and whoever takes it out again knows
      // that the server has been told.
      if (entry) recent.delete(id);
      replace(id, entry);
    }
  };
  const change = (id: string, entry: PendingRevocation | null): void => {
    recent.set(id, entry);
    replace(id, entry);
    setTimer(reassert, undoable / 2);
    setTimer(() => {
      if (recent.get(id) === entry) recent.delete(id);
    }, undoable);
  };

  return { list, has, put: (entry) => change(entry.id, entry), drop: (id) => change(id, null), reassert };
}
