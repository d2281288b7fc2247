import { chanceOf } from '../refresh/refresh-rules.ts';
import type { TabLock } from '../refresh/tab-lock.ts';
import type { PendingRevocation } from '../storage/outbox.ts';
import type { Tab } from '../storage/tab.ts';
import { revocationTicket } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import type { LogoutOutcome } from '../transport/auth-protocol.ts';
import type { LogoutResult } from '../types.ts';
import { remaining, within } from '../waiting.ts';
import { firstTry, isVain, longestGap, nextTry } from './logout-tries.ts';
import type { createTokenLogout, TokenLogout } from './token-logout.ts';

export interface Revocations {
  /**
   * Ends a session on the server: the request is handed to the browser, and the way to try again is noted, before this
   * returns. Settles with the final answer, or with `pending` when there is none in time; never rejects.
   */
  revoke(record: SessionRecord): Promise<LogoutResult['server']>;
  /** Makes the ticket of a session that has none yet, because it began with tokens handed over: a logout has no time to. */
  prepare(record: SessionRecord): Promise<void>;
  /** Whether the server has yet to be told of a logout. */
  isPending(): boolean;
  /** Sends again what is pending and due; with `now`, also what is not due yet. */
  deliver(now?: boolean): void;
  dispose(): void;
}

const isFinal = (outcome: LogoutOutcome | null): outcome is Exclude<LogoutOutcome, 'unsettled'> =>
  outcome !== null && outcome !== 'unsettled';

/**
 * @param lock under which one tab delivers for all.
 * @param endWithTokens delivers a logout that has no ticket.
 */
export function createRevocations(
  tab: Tab,
  endpoints: AuthEndpoints,
  lock: TabLock,
  endWithTokens: ReturnType<typeof createTokenLogout>,
  onDelivered: (sid: string, server: 'revoked' | 'already-revoked' | 'rejected') => void,
): Revocations {
  const { outbox, keys, now, setTimer, logoutTimeout: timeout } = tab;
  const { takesTickets } = endpoints;
  const underWay = new Set<string>();
  /** Of sessions that began with tokens handed over, by their local names. In memory: what is stored changes with the pair only. */
  const prepared = new Map<string, string | undefined>();
  /** Logouts without a ticket that the server has not answered, by the local name of the session. */
  const held = new Map<string, TokenLogout>();
  let cancelTimer: (() => void) | undefined;
  let isDelivering = false;

  const note = (record: SessionRecord, ticket: string): void => {
    const { id, sid } = record;
    outbox.put({ ...firstTry(record, now(), timeout), endpoint: endpoints.logoutUrl, id, sid, ticket });
  };
  const hold = (record: SessionRecord): TokenLogout => {
    const { id, sid } = record;
    // The key is asked for now: the logout is about to remove it.
    const logout = { ...firstTry(record, now(), timeout), id, sid, record, key: keys.find(id) };
    held.set(id, logout);
    return logout;
  };
  const sendTokens = (logout: TokenLogout): Promise<LogoutOutcome | null> =>
    endWithTokens(logout, () => held.get(logout.id) === logout);

  /** Sent to nowhere but where it was meant for: what belongs to another API waits for a client of that one. */
  const noted = (): PendingRevocation[] => outbox.list().filter(({ endpoint }) => endpoint === endpoints.logoutUrl);
  const all = (): (PendingRevocation | TokenLogout)[] => [...noted(), ...held.values()];

  /** @param isLate whether the application has been told that it is pending. */
  const settle = (
    logout: Pick<PendingRevocation, 'id' | 'sid'>,
    outcome: LogoutOutcome | null,
    isLate: boolean,
  ): LogoutOutcome | null => {
    const { id, sid } = logout;
    underWay.delete(id);
    // A newer pair of the same session may have taken the place of this one: that has an answer of its own.
    const mine = held.get(id);
    const pending = mine ? mine === logout && mine : noted().find((entry) => entry.id === id);
    const isOver = isFinal(outcome);
    if (isOver || (pending && isVain(pending, now(), outcome !== null))) {
      if (mine === logout) held.delete(id);
      outbox.drop(id);
    }
    if (!isOver) plan();
    else if (isLate && pending) onDelivered(sid, outcome);
    return outcome;
  };

  const plan = (): void => {
    cancelTimer?.();
    const dues = all()
      .filter(({ id }) => !underWay.has(id))
      .map((entry) => remaining(entry, now()));
    if (tab.isDisposed() || dues.length === 0) return;
    cancelTimer = setTimer(deliver, Math.min(...dues, longestGap));
  };

  /** Waits for an answer, but not for ever: later it still counts, and meanwhile there are more tries. */
  const inTime = async (
    logout: Pick<PendingRevocation, 'id' | 'sid'>,
    answer: Promise<LogoutOutcome | null>,
    isLate: () => boolean,
  ): Promise<LogoutOutcome | null> => {
    const settled = answer.then((outcome) => settle(logout, outcome, isLate()));
    const outcome = await within(setTimer, timeout, settled);
    if (outcome !== undefined) return outcome;
    underWay.delete(logout.id);
    plan();
    return null;
  };

  const send = async (entry: PendingRevocation | TokenLogout): Promise<void> => {
    const next = nextTry(entry, now(), timeout, chanceOf(tab));
    underWay.add(entry.id);
    if ('ticket' in entry) outbox.put({ ...entry, ...next });
    else Object.assign(entry, next);
    // Without `keepalive`: the browser may have refused it, because too much is under way with it.
    await inTime(entry, 'ticket' in entry ? endpoints.end(entry, false) : sendTokens(entry), () => true);
  };

  const isDue = (entry: PendingRevocation | TokenLogout, early: boolean | undefined): boolean =>
    !underWay.has(entry.id) && (early || remaining(entry, now()) === 0);

  const sendDue = async (early: boolean | undefined, keep?: () => void): Promise<void> => {
    const due = noted().filter((entry) => isDue(entry, early));
    // The next tab in line should see that it is done.
    if (due.length > 0) keep?.();
    await Promise.all(due.map(send));
    plan();
  };

  const deliver = (early?: boolean): void => {
    outbox.reassert();
    if (tab.isDisposed()) return;
    for (const entry of held.values()) if (isDue(entry, early)) void send(entry);
    if (noted().length === 0) return;
    // What is in line already will look at everything that is due by then.
    if (isDelivering && !early) return;
    isDelivering = true;
    // One tab is enough; without the lock the server would only answer the same to each.
    lock((_, keep) => sendDue(early, keep))
      .catch(() => {})
      .finally(() => {
        isDelivering = false;
      });
  };

  return {
    async revoke(record) {
      const { id, refreshToken } = record;
      const ticket = takesTickets ? (record.ticket ?? prepared.get(id)) : undefined;
      underWay.add(id);
      if (ticket) note(record, ticket);
      const logout = ticket ? null : hold(record);
      let isLate = false;
      const settled = inTime(logout ?? record, logout ? sendTokens(logout) : endpoints.end(record), () => isLate);
      if (takesTickets && !ticket) {
        // A session that began a moment ago with tokens handed over has no ticket yet.
        void revocationTicket(refreshToken).then((late) => {
          if (late && logout && held.get(id) === logout && held.delete(id)) note(record, late);
        });
      }
      const outcome = await settled;
      isLate = true;
      if (isFinal(outcome)) return outcome;
      // What was pending and is so no more has been delivered meanwhile, by another tab or with a newer pair.
      return all().some((entry) => entry.id === id) ? 'pending' : 'already-revoked';
    },
    isPending: () => all().length > 0,
    async prepare({ id, ticket, refreshToken }) {
      if (!ticket) prepared.set(id, await revocationTicket(refreshToken));
    },
    deliver,
    dispose: () => cancelTimer?.(),
  };
}
