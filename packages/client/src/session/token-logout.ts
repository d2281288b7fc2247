import { exchange } from '../refresh/exchange.ts';
import type { TabLock } from '../refresh/tab-lock.ts';
import type { KeyVault } from '../storage/key-vault.ts';
import type { Tab } from '../storage/tab.ts';
import { timeLeft } from '../token/lifetimes.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import type { LogoutOutcome } from '../transport/auth-protocol.ts';
import { within } from '../waiting.ts';
import type { LogoutTries } from './logout-tries.ts';

/**
 * A logout without a ticket, which only the tokens themselves can deliver. They are kept in memory, never in storage, so that
 * it is lost when the page is closed.
 */
export interface TokenLogout extends LogoutTries {
  readonly id: string;
  readonly sid: string;
  /** The newest pair of the session. */
  record: SessionRecord;
  /** The key for the next refresh, looked up before the logout removed it. */
  readonly key: ReturnType<KeyVault['find']>;
}

const isRefusal = (outcome: LogoutOutcome | null): boolean => outcome === 'already-revoked' || outcome === 'rejected';

/**
 * Ends a session with its tokens. The first request is handed to the browser before this returns, unless the server wants a
 * live access token and this one has expired. A refusal may be about the access token alone, so that it is believed only after
 * a refresh: if that is refused, too, the session is over; if not, the logout is sent once more with the new pair.
 * @param lock the lock of refreshes: if another tab is refreshing, wait until it is done.
 */
export function createTokenLogout(
  { now, setTimer, refreshTimeout, isDisposed }: Tab,
  endpoints: AuthEndpoints,
  lock: TabLock,
): (logout: TokenLogout, isOpen: () => boolean) => Promise<LogoutOutcome | null> {
  /** Browsers refuse `keepalive` once 64 KiB are under way with it: asked again without, unless a ticket can be sent later. */
  const ask = async ({ record }: TokenLogout): Promise<LogoutOutcome | null> =>
    (await endpoints.end(record)) ?? (endpoints.takesTickets ? null : endpoints.end(record, false));

  /** Gets a new pair, which is kept in `logout` and nowhere else. */
  const renew = (logout: TokenLogout, isOpen: () => boolean) => {
    const { record: refused } = logout;
    const keys = { find: () => logout.key, make: async () => undefined };
    const isWanted = (): boolean => !isDisposed() && isOpen();
    const refresh = async () => {
      // An earlier attempt, slower than its time limit, has done it meanwhile.
      if (logout.record !== refused) return { kind: 'successor' } as const;
      const outcome = await exchange(logout.record, endpoints, keys, now, isWanted);
      // Also when it comes too late for this attempt: the next one goes on with it.
      if (outcome.kind === 'successor') logout.record = outcome.record;
      return outcome;
    };
    return lock(() => within(setTimer, refreshTimeout, refresh())).catch(() => undefined);
  };

  return async (logout, isOpen) => {
    const isDead = timeLeft(logout.record, now()) <= 0 && endpoints.wantsLiveToken(logout.record);
    const first = isDead ? 'rejected' : await ask(logout);
    // Where there are tickets, the server says plainly what it means.
    if (endpoints.takesTickets || !isRefusal(first)) return first;
    const renewed = await renew(logout, isOpen);
    if (renewed?.kind === 'rejected') return 'already-revoked';
    if (renewed?.kind !== 'successor') return renewed?.kind === 'unavailable' && renewed.status ? 'unsettled' : null;
    const second = await ask(logout);
    // The session lives, as the refresh has shown.
    return isRefusal(second) ? 'rejected' : second;
  };
}
