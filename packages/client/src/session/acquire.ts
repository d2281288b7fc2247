import {
  type AuthError,
  LoginRequiredError,
  NotSignedInError,
  RefreshRejectedError,
  RefreshUnavailableError,
  SessionChangedError,
} from '../errors.ts';
import type { RefreshCoordinator } from '../refresh/refresh-coordinator.ts';
import { endedBecause } from '../refresh/refresh-rules.ts';
import type { Tab } from '../storage/tab.ts';
import { lapsedBecause, marginOf, timeLeft } from '../token/lifetimes.ts';
import type { SessionRecord } from '../token/session-record.ts';
import { abortable, pause } from '../waiting.ts';
import type { LoginWait } from './login-wait.ts';
import type { SessionWatch } from './session-watch.ts';

/** What the caller needs of an access token. */
export interface Need {
  /** Milliseconds for which it must still be good. Default 0. */
  readonly minValidity?: number;
  /** Whether to wait for a refresh that is due but not yet necessary: the request cannot be sent twice. */
  readonly patient?: boolean;
  readonly signal?: AbortSignal | null | undefined;
}

/** How the rest of the client comes by an access token that works. */
export interface Acquire {
  /**
   * Calls `use` with a record whose access token can be used: in the caller's own turn while the token is fresh, after the
   * shared refresh when it has expired. With `null` when nobody is signed in.
   * @throws LoginRequiredError, RefreshRejectedError, RefreshUnavailableError, SessionChangedError, NotSignedInError
   */
  usable<T>(need: Need, use: (record: SessionRecord | null) => Promise<T>): Promise<T>;
  /** The page was frozen or put away: what it reads first may be what was stored before. */
  distrust(): void;
  /** A newer pair than `refused`, whose access token the API did not take. */
  renewed(refused: SessionRecord, signal: AbortSignal | null | undefined): Promise<SessionRecord>;
}

/** How long a page that comes back may still read old values, in milliseconds. */
export const timeToCatchUp = 50;

export function createAcquire(
  { now, setTimer, store, expiryMargin }: Tab,
  watch: SessionWatch,
  coordinator: RefreshCoordinator,
  loginWait: LoginWait,
): Acquire {
  let restoring: Promise<void> | null = null;

  /** The same session with another pair; where that cannot be, the same user in a new session, if the application asks. */
  const refreshed = async (held: SessionRecord): Promise<SessionRecord> => {
    try {
      return await coordinator.refresh(held);
    } catch (error) {
      if (error instanceof LoginRequiredError) return loginWait.sameUser(held, error.reason, error);
      if (error instanceof RefreshRejectedError) return loginWait.sameUser(held, endedBecause(error), error);
      // Refused to another tab, which has said so: here, too, somebody waits.
      const why = error instanceof NotSignedInError && store.heard(held.id).reason;
      if (why && why !== 'other-tab') return loginWait.sameUser(held, why, error);
      throw error;
    }
  };

  /** What is stored now, if it is still the session of `held`. */
  const same = (held: SessionRecord): SessionRecord => {
    const record = watch.current();
    if (!record) throw new NotSignedInError('The session ended while this call was waiting. Log in again.');
    if (record.id !== held.id) throw new SessionChangedError();
    return record;
  };

  /** As good as it gets: a due refresh that cannot be had is no reason to refuse a token that still works. */
  const refreshedOrStillGood = (held: SessionRecord): Promise<SessionRecord> =>
    refreshed(held).catch((error: AuthError) => {
      if (error instanceof RefreshUnavailableError && timeLeft(held, now()) > 0) return same(held);
      throw error;
    });

  // Nothing asks whether something is a promise: a page may have replaced `Promise`, and async functions do not give that one.
  const usable: Acquire['usable'] = (need, use) => {
    if (restoring) {
      const id = watch.known();
      return restoring.then(() => {
        const record = watch.current();
        // A visitor may find that he has logged in meanwhile, but nobody becomes another.
        if (id && record && record.id !== id) throw new SessionChangedError();
        return usable(need, use);
      });
    }
    const { minValidity = 0, patient, signal } = need;
    const record = watch.current();
    if (!record) return use(null);
    const at = now();
    const left = timeLeft(record, at);
    const margin = marginOf(record, expiryMargin);
    // No refresh can give more than a whole lifetime.
    const needed = Math.min(minValidity, timeLeft(record, record.savedAt) - margin);
    const isGood = left > 0 && left >= needed && !lapsedBecause(record, at);
    const isFresh = left > margin;
    if (!isGood || (patient && !isFresh)) {
      // Nobody waits for it.
      signal?.throwIfAborted();
      return abortable(isGood ? refreshedOrStillGood(record) : refreshed(record), signal).then(use);
    }
    if (!isFresh) coordinator.behind(record);
    return use(record);
  };

  return {
    usable,
    distrust() {
      const settled = pause(setTimer, timeToCatchUp).over.then(() => {
        if (restoring === settled) restoring = null;
      });
      restoring = settled;
    },
    async renewed(refused, signal) {
      const record = same(refused);
      // Refused late: the pair has been renewed since, and nothing is left to do but to use it.
      if (record.accessToken !== refused.accessToken && timeLeft(record, now()) > 0) return record;
      return abortable(refreshed(record), signal);
    },
  };
}
