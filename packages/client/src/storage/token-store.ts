import { isPair, type SessionRecord } from '../token/session-record.ts';
import type { AuthStorage, SignedOutReason } from '../types.ts';
import { createCell } from './cell.ts';

/** What this tab has heard of a session. */
export interface Heard {
  /** It is over for good: whatever of it turns up later is not used. */
  isOver?: boolean;
  /** The newest generation that another tab has stored. */
  generation?: number;
  /** Why it ended, as another tab said. */
  reason?: SignedOutReason;
  /** A pair of it arrived when it was already gone: that this tab revokes it tells nothing about who ended it. */
  wasGone?: boolean;
}

/** The one copy of the truth. Read through on every use; every change compares first. */
export interface TokenStore {
  /**
   * The session to use: the same object as long as the stored value is the same. A tab that had not heard of a logout or a
   * login yet can write the old session over the new state; the old one is never returned, and the session it was written
   * over is put back.
   */
  read(): SessionRecord | null;
  /** Starts a session over whatever is there; with `null` removes whatever is there, readable or not. */
  write(next: SessionRecord | null): void;
  /** Replaces the pair `sent` by its successor, or removes it, if storage still holds exactly that pair. */
  rotate(sent: SessionRecord, next: SessionRecord | null): boolean;
  /** Removes what is over, should it still be there. */
  sweep(): void;
  /** What was heard of that session; to be added to. */
  heard(id: string): Heard;
}

/** The layout version this code writes. */
const layout = 1;

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isNumber = (value: unknown): boolean => Number.isFinite(value);

export function createTokenStore(storage: AuthStorage, key: string): TokenStore {
  const cell = createCell<SessionRecord & { v: number }>(
    storage,
    key,
    ({ v, id, sid, accessToken, refreshToken, secret = id, ...times }) =>
      v === layout &&
      [id, sid, accessToken, refreshToken, secret].every(isText) &&
      [times.generation, times.savedAt, times.clockSkew].every(isNumber) &&
      [times.accessExpiresAt, times.refreshableUntil, times.sessionEndsAt].every((at) => at === null || isNumber(at)),
  );
  const known = new Map<string, Heard>();
  let last: SessionRecord | null = null;

  const heard = (id: string): Heard => {
    const facts = known.get(id) ?? {};
    known.set(id, facts);
    return facts;
  };
  const isOver = (record: SessionRecord): boolean | undefined => known.get(record.id)?.isOver;
  const write = (next: SessionRecord | null): void => cell.write(next && { ...next, v: layout });
  const read = (): SessionRecord | null => {
    const record = cell.read();
    if (!record || !isOver(record)) {
      last = record;
      return record;
    }
    if (!last || isOver(last)) return null;
    write(last);
    return cell.read();
  };

  return {
    read,
    write,
    rotate(sent, next) {
      if (!isPair(read(), sent)) return false;
      write(next);
      return true;
    },
    sweep() {
      if (cell.read() && !read()) write(null);
    },
    heard,
  };
}
