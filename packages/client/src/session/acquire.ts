import {
  type AuthError,
  LoginRequiredError,
  NotSignedInError,
  RefreshRejectedError,
  RefreshUnavailableError,
  SessionChangedError,
} from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { RefreshCoordinator } from '../refresh/refresh-coordinator.ts';
import { lapsedBecause, type Phase, phaseOf } from '../token/lifetimes.ts';
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
   * A record whose access token can be used: at once while it is fresh, after the shared refresh when it has expired;
   * `null` when nobody is signed in.
   * @throws LoginRequiredError, RefreshRejectedError, RefreshUnavailableError, SessionChangedError, NotSignedInError
   */
  usable(need: Need): SessionRecord | null | Promise<SessionRecord | null>;
  /** The page was frozen or put away: what it reads first may be what was stored before. */
  distrust(): void;
  /** A newer pair than `refused`, whose access token the API did not take. */
  renewed(refused: SessionRecord, signal: AbortSignal | null | undefined): Promise<SessionRecord>;
}

export interface AcquirePorts {
  readonly watch: Pick<SessionWatch, 'current'>;
  readonly coordinator: RefreshCoordinator;
  readonly loginWait: LoginWait;
  readonly platform: Pick<Platform, 'now' | 'setTimer'>;
  /** Milliseconds before expiry at which a use also refreshes. */
  readonly expiryMargin: number;
}

/** How long a page that comes back may still read old values, in milliseconds. */
const timeToCatchUp = 50;

function isGood(phase: Phase): boolean {
  return phase === 'fresh' || phase === 'expiring';
}

export function createAcquire({ watch, coordinator, loginWait, platform, expiryMargin }: AcquirePorts): Acquire {
  const { now } = platform;
  let restoring: Promise<void> | null = null;

  const expired = ({ accessExpiresAt }: SessionRecord): boolean => accessExpiresAt !== null && now() >= accessExpiresAt;

  /** The same session with another pair; where that cannot be, the same user in a new session, if the application asks. */
  const refreshed = async (held: SessionRecord): Promise<SessionRecord> => {
    try {
      const lapsed = lapsedBecause(held, now());
      if (lapsed) throw new LoginRequiredError(lapsed);
      return await coordinator.refresh(held);
    } catch (error) {
      if (error instanceof LoginRequiredError) return loginWait.sameUser(held, error.reason, error);
      if (error instanceof RefreshRejectedError) return loginWait.sameUser(held, 'refresh-rejected', error);
      throw error;
    }
  };

  /** As good as it gets: a due refresh that cannot be had is no reason to refuse a token that still works. */
  const refreshedOrStillGood = (held: SessionRecord): Promise<SessionRecord> =>
    refreshed(held).catch((error: AuthError) => {
      if (error instanceof RefreshUnavailableError && !expired(held)) return held;
      throw error;
    });

  const usable: Acquire['usable'] = ({ minValidity = 0, patient = false, signal }) => {
    const record = watch.current();
    if (!record) return null;
    const at = now();
    const phase = phaseOf(record, at, expiryMargin);
    const good = isGood(phase) && (record.accessExpiresAt === null || record.accessExpiresAt - at > minValidity);
    if (good && phase === 'fresh') return record;
    if (good && !patient) {
      coordinator.behind(record);
      return record;
    }
    return abortable(good ? refreshedOrStillGood(record) : refreshed(record), signal);
  };

  return {
    usable(need) {
      if (restoring) return restoring.then(() => usable(need));
      return usable(need);
    },
    distrust() {
      const settled = pause(platform.setTimer, timeToCatchUp).over.then(() => {
        if (restoring === settled) restoring = null;
      });
      restoring = settled;
    },
    renewed(refused, signal) {
      const record = watch.current();
      if (!record) return Promise.reject(new NotSignedInError('The session ended while a request was under way.'));
      if (record.id !== refused.id) return Promise.reject(new SessionChangedError());
      // Refused late: the pair has been renewed since, and nothing is left to do but to use it.
      if (record.accessToken !== refused.accessToken && !expired(record)) return Promise.resolve(record);
      return abortable(refreshed(record), signal);
    },
  };
}
