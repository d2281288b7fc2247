import { type AuthError, LoginRequiredError, RefreshRejectedError, RefreshUnavailableError } from '../errors.ts';
import type { Tab } from '../storage/tab.ts';
import { lapsedBecause, timeLeft } from '../token/lifetimes.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { LapsedReason } from '../types.ts';
import { pause, remaining } from '../waiting.ts';
import type { RefreshAttempt } from './refresh-attempt.ts';
import { idleGap, patience } from './refresh-rules.ts';
import type { TabLock } from './tab-lock.ts';

export interface RefreshCoordinator {
  /**
   * Makes sure that the session of `held` has a newer pair than `held`, and returns it. Callers share one flight.
   * @param force exchanges even if another tab has just done so; never joins a flight that began before this call.
   * @throws NotSignedInError, SessionChangedError, LoginRequiredError, RefreshRejectedError, RefreshUnavailableError
   */
  refresh(held: SessionRecord, force?: boolean): Promise<SessionRecord>;
  /** The same behind a request that needs no waiting: never rejects, and a refusal ends nothing while the access token is good. */
  behind(held: SessionRecord): void;
  /** The same when nobody has asked for anything: with longer pauses after failures. */
  renew(held: SessionRecord): void;
  /**
   * What a page begins with. Takes up an attempt that began and never ended: its answer may have been lost with a page. Where
   * the first use will have to wait for a refresh, gets ready what a browser takes a moment to bring up.
   */
  resume(held: SessionRecord): void;
  /** Something changed: if another tab has stored what a flight is for, nobody waits for its turn any more. */
  arrived(): void;
  /** The network is back: ends a cool-down that began for want of one. */
  wake(id: string | null): void;
}

const coolingDown = (left: number): string =>
  `The last refresh failed, and the next one may be sent in ${Math.ceil(left / 1000)} s. See \`retryAfter\`.`;

interface Flight {
  readonly held: SessionRecord;
  result: Promise<SessionRecord>;
  /** Whether anybody waits for it. */
  awaited: boolean;
  /** Ends it with what another tab has stored, while it waits for its turn. */
  arrive: ((record: SessionRecord) => void) | null;
}

/**
 * Decides who refreshes and when: one flight in this tab, one tab at a time, nobody during a cool-down.
 * @param onOutcome told after every flight, outside of the lock's critical section.
 */
export function createRefreshCoordinator(
  { now, setTimer, store, log, keys }: Tab,
  lock: TabLock,
  attempt: RefreshAttempt,
  onOutcome: (error: AuthError | null) => void,
): RefreshCoordinator {
  let flight: Flight | null = null;
  let endPause: (() => void) | undefined;
  /** The refresh token that was refused behind a request: not sent again before its access token has expired. */
  let refusedBehind: string | null = null;

  /** Milliseconds in which nobody may refresh. */
  const cooling = ({ id }: SessionRecord): number => {
    const entry = log.read(id);
    return entry ? remaining(entry, now()) : 0;
  };

  const lapse = (held: SessionRecord): LapsedReason | null => {
    const stored = store.read();
    return lapsedBecause(stored?.id === held.id ? stored : held, now());
  };

  /** Found while this tab waits for its turn. */
  const lookForKey = ({ id, secret }: SessionRecord): unknown => !secret && keys.find(id);

  const fly = async (mine: Flight, force: boolean): Promise<SessionRecord> => {
    const { held } = mine;
    for (;;) {
      const lapsed = lapse(held);
      if (lapsed) throw new LoginRequiredError(lapsed);
      const left = cooling(held);
      if (left > patience) throw new RefreshUnavailableError(coolingDown(left), { retryAfter: left });
      if (left > 0) {
        const rest = pause(setTimer, left);
        endPause = rest.end;
        await rest.over;
      }
      // Another tab may have failed while this one waited for its turn; the wait for that is not spent under the lock.
      const record = await lock(async (exclusive, keep) => {
        if (cooling(held) > 0) return null;
        mine.arrive = null;
        return attempt(held, force, () => mine.awaited, exclusive, keep);
      });
      if (record) return record;
    }
  };

  /** Joins the flight of this session or starts one. Who is too late for it is told at once. */
  const board = (held: SessionRecord, force: boolean, awaited: boolean): Promise<SessionRecord> => {
    if (flight?.held.id === held.id && !lapse(held)) {
      flight.awaited ||= awaited;
      return flight.result;
    }
    const landed = (error: AuthError | null): void => {
      if (flight === mine) flight = null;
      if (error instanceof RefreshRejectedError && !mine.awaited) refusedBehind = held.refreshToken;
      onOutcome(error);
    };
    const mine = { held, awaited, arrive: null } as Flight;
    const arrival = new Promise<SessionRecord>((resolve) => {
      if (!force) mine.arrive = resolve;
    });
    lookForKey(held);
    mine.result = Promise.race([arrival, fly(mine, force)]);
    flight = mine;
    mine.result.then(() => landed(null), landed);
    return mine.result;
  };

  const behind = (held: SessionRecord): void => {
    if (cooling(held) === 0 && refusedBehind !== held.refreshToken) board(held, false, false).catch(() => {});
  };

  return {
    async refresh(held, force = false) {
      if (force && flight?.held.id === held.id) await flight.result.catch(() => {});
      return board(held, force, true);
    },
    behind,
    renew(held) {
      const { since, rest, failures } = log.read(held.id) ?? { since: 0, rest: 0, failures: 0 };
      if (remaining({ since, rest: rest + idleGap(failures) }, now()) === 0) behind(held);
    },
    resume(held) {
      if (log.read(held.id)?.begunAt != null) behind(held);
      else if (timeLeft(held, now()) <= 0) {
        lookForKey(held);
        lock(async () => {}).catch(() => {});
      }
    },
    arrived() {
      const record = store.read();
      if (!record || record.id !== flight?.held.id || record.generation <= flight.held.generation) return;
      // What was stored while this tab was frozen may have expired since.
      if (timeLeft(record, now()) > 0) flight.arrive?.(record);
    },
    wake(id) {
      if (id) log.wake(id);
      endPause?.();
    },
  };
}
