import type { Platform } from '../platform.ts';
import { base64url } from '../token/proofs.ts';
import type { AuthStorage } from '../types.ts';
import { type Rest, remaining } from '../waiting.ts';
import { createCell } from './cell.ts';
import { isCount, isInstant, isText, longestName, restOf } from './stored-values.ts';

/** The last attempt to refresh one session, and the cool-down after it. Holds no token. */
export interface AttemptEntry extends Rest {
  /** Which session, by its local name. */
  readonly id: string;
  /** Which tab's attempt it is: a random name, new with every page. */
  readonly by: string;
  /** When an attempt began that has not ended: after a crash it is taken up at once, while the server still remembers it. */
  readonly begunAt: number | null;
  /** Attempts in a row that settled nothing. */
  readonly failures: number;
  /** Whether there was no answer at all, so that a network that is back ends the cool-down. */
  readonly offline: boolean;
}

/** What all tabs know of the attempts so far. Empty after a success and after a logout. */
export interface AttemptLog {
  read(id: string): AttemptEntry | null;
  /** An attempt begins. */
  begin(id: string): void;
  /** An attempt has settled nothing, for the `failures`-th time in a row. */
  fail(id: string, failures: number, rest: number, offline: boolean): void;
  /** Ends a cool-down that began for want of a network. */
  wake(id: string): void;
  /** Forgets what is known of that session. */
  clear(id: string): void;
  /** Forgets what is known of any other session. */
  keep(id: string | undefined): void;
  /** Whether another tab began an attempt less than `timeout` milliseconds ago that has not ended. */
  isRivalled(id: string, timeout: number): boolean;
}

function parse(stored: unknown): AttemptEntry | null {
  const { id, by, begunAt, failures, since, rest, offline } = stored as AttemptEntry;
  const isWhole = [id, by].every((text) => isText(text, longestName)) && isCount(failures) && isInstant(since);
  return isWhole
    ? {
        id,
        by,
        begunAt: isInstant(begunAt) ? begunAt : null,
        failures,
        since,
        rest: restOf(rest),
        offline: offline === true,
      }
    : null;
}

/** @param key asked at every use. */
export function createAttemptLog(
  storage: AuthStorage,
  key: () => string,
  { now, random }: Pick<Platform, 'now' | 'random'>,
): AttemptLog {
  const { read: readAny, write } = createCell(storage, key, parse);
  const by = base64url(random(6));
  const read = (id: string): AttemptEntry | null => {
    const entry = readAny();
    return entry?.id === id ? entry : null;
  };
  return {
    read,
    begin(id) {
      const since = now();
      write({ id, by, begunAt: since, failures: read(id)?.failures ?? 0, since, rest: 0, offline: false });
    },
    fail: (id, failures, rest, offline) => write({ id, by, begunAt: null, failures, since: now(), rest, offline }),
    wake(id) {
      const entry = read(id);
      if (entry?.offline) write({ ...entry, since: 0, rest: 0 });
    },
    clear(id) {
      // What belongs to another session, which a faster tab may have begun, is not ours to forget.
      if ((readAny()?.id ?? id) === id) write(null);
    },
    keep(id) {
      const entry = readAny();
      if (entry && entry.id !== id) write(null);
    },
    isRivalled(id, timeout) {
      const entry = read(id);
      return entry?.begunAt != null && entry.by !== by && remaining({ since: entry.begunAt, rest: timeout }, now()) > 0;
    },
  };
}
