import type { TabLock } from '../refresh/tab-lock.ts';
import type { Tab } from '../storage/tab.ts';
import { isPair, type SessionRecord } from '../token/session-record.ts';

/**
 * Puts the secret of a session that began with tokens handed over into the browser's keeping, and takes it out of the record:
 * in the background, as a key takes a moment to be stored. Where that cannot be done, the first refresh does it.
 * @param lock the lock of refreshes, so that no newer pair is overwritten.
 */
export function createHideSecret({ store, keys }: Tab, lock: TabLock): (held: SessionRecord) => Promise<void> {
  return async (held) => {
    const { secret, ...record } = held;
    if (!secret || !(await keys.keep(held.id, secret, () => isPair(store.read(), held)))) return;
    await lock(async (exclusive) => {
      if (exclusive) store.rotate(held, record);
    }).catch(() => {});
  };
}
