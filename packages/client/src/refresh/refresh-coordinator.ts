import { type AuthError, LoginRequiredError, RefreshRejectedError, RefreshUnavailableError } from '../errors.ts';
import type { Tab } from '../storage/tab.ts';
import { lapsedBecause } from '../token/lifetimes.ts';
import type { SessionRecord } from '../token/session-record.ts';
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
  /** Takes up an attempt that began and never ended: its answer may have been lost with a page. */
  resume(held: SessionRecord): void;
  /** The network is back: ends a cool-down that began for want of one. */
  wake(id: string | null): void;
}

interface Flight {
  readonly id: string;
  readonly result: Promise<SessionRecord>;
  /** Whether anybody waits for it. */
  awaited: boolean;
}

/**
 * Decides who refreshes and when: one flight in this tab, one tab at a time, nobody during a cool-down.
 * @param onOutcome told after every flight, outside of the lock's critical section.
 */
export function createRefreshCoordinator(
  { now, setTimer, store, log }: Tab,
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

  const fly = async (held: SessionRecord, force: boolean, decisive: () => boolean): Promise<SessionRecord> => {
    for (;;) {
      const stored = store.read();
      const lapsed = lapsedBecause(stored?.id === held.id ? stored : held, now());
      if (lapsed) throw new LoginRequiredError(lapsed);
      const left = cooling(held);
      if (left > patience) throw new RefreshUnavailableError('The server failed a moment ago.', { retryAfter: left });
      if (left > 0) {
        const rest = pause(setTimer, left);
        endPause = rest.end;
        await rest.over;
      }
      // Another tab may have failed while this one waited for its turn; the wait for that is not spent under the lock.
      const record = await lock(async (exclusive, keep) =>
        cooling(held) > 0 ? null : attempt(held, force, decisive, exclusive, keep),
      );
      if (record) return record;
    }
  };

  /** Joins the flight of this session or starts one. */
  const board = (held: SessionRecord, force: boolean, awaited: boolean): Promise<SessionRecord> => {
    if (flight?.id === held.id) {
      flight.awaited ||= awaited;
      return flight.result;
    }
    const landed = (error: AuthError | null): void => {
      if (flight === mine) flight = null;
      if (error instanceof RefreshRejectedError && !mine.awaited) refusedBehind = held.refreshToken;
      onOutcome(error);
    };
    const mine: Flight = { id: held.id, awaited, result: fly(held, force, () => mine.awaited) };
    flight = mine;
    mine.result.then(() => landed(null), landed);
    return mine.result;
  };

  const behind = (held: SessionRecord): void => {
    if (cooling(held) === 0 && refusedBehind !== held.refreshToken) board(held, false, false).catch(() => {});
  };

  return {
    async refresh(held, force = false) {
      if (force && flight) await flight.result.catch(() => {});
      return board(held, force, true);
    },
    behind,
    renew(held) {
      const { since, rest, failures } = log.read(held.id) ?? { since: 0, rest: 0, failures: 0 };
      if (remaining({ since, rest: rest + idleGap(failures) }, now()) === 0) behind(held);
    },
    resume(held) {
      if (log.read(held.id)?.begunAt != null) behind(held);
    },
    wake(id) {
      if (id) log.wake(id);
      endPause?.();
    },
  };
}
