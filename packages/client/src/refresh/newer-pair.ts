import type { Tab } from '../storage/tab.ts';
import { isPair, type SessionRecord } from '../token/session-record.ts';
import { pause } from '../waiting.ts';

/** Longest wait for another tab that is at this very moment exchanging the token the server has just refused to us. */
export const rivalsTurn = 2_000;

/**
 * Looks for a newer pair of the session of `sent`, also one that another tab is just about to store; `null` if there is none.
 * @param current the pair in storage; throws if that is of another session.
 */
export function createNewerPair(
  { log, setTimer, refreshTimeout: timeout }: Tab,
  current: (held: SessionRecord) => SessionRecord,
): (sent: SessionRecord, rivalled: boolean, hasTime: boolean) => Promise<SessionRecord | null> {
  return async (sent, rivalled, hasTime) => {
    // Another tab may be at it that left no trace: what it stores takes a moment to be seen.
    const leastWait = hasTime ? 50 : 0;
    for (let waited = 0; ; waited += 50) {
      const record = current(sent);
      if (!isPair(record, sent)) return record;
      if (waited >= (rivalled || log.isRivalled(sent.id, timeout) ? rivalsTurn : leastWait)) return null;
      await pause(setTimer, 50).over;
    }
  };
}
