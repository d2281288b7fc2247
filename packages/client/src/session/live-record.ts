import type { TokenStore } from '../storage/token-store.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { Endings } from './endings.ts';

/** The session in storage, unless this tab knows it to be over. */
export interface LiveRecord {
  /**
   * What may be used. A tab that had not heard of a logout or a login yet can write the old session over the new state; the
   * old one is never returned, and the session it was written over is put back.
   */
  read(): SessionRecord | null;
  /** Removes what is over, should it still be there. */
  sweep(): void;
}

export function createLiveRecord(store: TokenStore, endings: Pick<Endings, 'isKnown'>): LiveRecord {
  let last: SessionRecord | null = null;

  const read = (): SessionRecord | null => {
    const record = store.read();
    if (!record || !endings.isKnown(record.id)) {
      last = record;
      return record;
    }
    if (!last || endings.isKnown(last.id)) return null;
    store.start(last);
    return store.read();
  };

  return {
    read,
    sweep() {
      const record = store.read();
      if (record && !read()) store.remove(record.id);
    },
  };
}
