import { isPair, type SessionRecord } from '../token/session-record.ts';
import type { AuthStorage, SignedOutReason } from '../types.ts';
import { type Cell, createCell } from './cell.ts';
import { asideKeyOf } from './keys.ts';
import { isCount, isInstant, isText } from './stored-values.ts';

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

/**
 * The one copy of the truth. Read through on every use; every change compares first. The session of another API that is in the
 * place of ours is left alone: ours is then kept beside it.
 */
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
  /** The key under which the session is, or would be stored now: what belongs to it is stored beside it. */
  key(): string;
  /** Whether a session of this client may be under that key. */
  mayHold(key: string): boolean;
}

/** The layout version this code writes. */
const layout = 1;

/** A record as it is stored. */
interface Stored extends SessionRecord {
  readonly v: number;
  /** Which API it belongs to; absent in those that an older version wrote, which are taken for ours. */
  readonly api?: string;
}

function parse(stored: unknown): Stored | null {
  const record = stored as Stored;
  const { v, id, sid, accessToken, refreshToken, secret = id, ticket = id, api = id, ...times } = record;
  const isWhole =
    v === layout &&
    [id, sid, secret, ticket, api, accessToken, refreshToken].every((text) => isText(text)) &&
    // What a header can carry.
    /^[ -~]+$/.test(accessToken) &&
    isCount(times.generation) &&
    [times.savedAt, times.clockSkew].every(isInstant) &&
    [times.accessExpiresAt, times.refreshableUntil, times.sessionEndsAt].every((at) => at === null || isInstant(at));
  return isWhole ? record : null;
}

/** @param api which API the sessions of this client belong to. */
export function createTokenStore(storage: AuthStorage, recordKey: string, api: string): TokenStore {
  const asideKey = asideKeyOf(recordKey, api);
  const usual = createCell(storage, () => recordKey, parse);
  const aside = createCell(storage, () => asideKey, parse);
  /** Where ours is, or would be. */
  const place = (): Cell<Stored> => {
    const there = usual.read();
    return (there ? (there.api ?? api) !== api : aside.read()) ? aside : usual;
  };
  const known = new Map<string, Heard>();
  let last: SessionRecord | null = null;

  const heard = (id: string): Heard => {
    const facts = known.get(id) ?? {};
    known.set(id, facts);
    return facts;
  };
  const isOver = (record: SessionRecord): boolean | undefined => known.get(record.id)?.isOver;
  const write = (next: SessionRecord | null): void => {
    const cell = place();
    cell.write(next && { ...next, v: layout, api });
    // A version that knows of one place only may have begun another session there.
    if (cell === usual && aside.read()) aside.write(null);
  };
  const read = (): SessionRecord | null => {
    const record = place().read();
    if (!record || !isOver(record)) {
      last = record;
      return record;
    }
    if (!last || isOver(last)) return null;
    write(last);
    return place().read();
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
      if (place().read() && !read()) write(null);
    },
    heard,
    key: () => (place() === aside ? asideKey : recordKey),
    mayHold: (key) => key === recordKey || key === asideKey,
  };
}
