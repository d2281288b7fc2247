import { chanceOf, jittered } from '../refresh/refresh-rules.ts';
import type { TabLock } from '../refresh/tab-lock.ts';
import type { PendingRevocation } from '../storage/outbox.ts';
import type { Tab } from '../storage/tab.ts';
import { never } from '../token/lifetimes.ts';
import { revocationTicket } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import type { LogoutOutcome } from '../transport/auth-protocol.ts';
import type { LogoutResult } from '../types.ts';
import { remaining, within } from '../waiting.ts';

export interface Revocations {
  /**
   * Ends a session on the server: the request is handed to the browser, and the way to try again is noted, before this
   * returns. Settles with the final answer, or with `pending` when there is none in time; never rejects.
   */
  revoke(record: SessionRecord): Promise<LogoutResult['server']>;
  /** Makes the ticket of a session that has none yet, because it began with tokens handed over: a logout has no time to. */
  prepare(record: SessionRecord): Promise<void>;
  /** Sends again what is pending and due; with `now`, also what is not due yet. */
  deliver(now?: boolean): void;
  dispose(): void;
}

const firstGap = 2_000;
const longestGap = 15 * 60_000;
const shortestLife = 86_400_000;
const longestLife = 100 * shortestLife;

/** A clock that was set may make the end of a session look past: so many tries are made all the same. */
const leastTries = 6;
/** The same where there was no answer: a network may be away for days. */
const leastUnanswered = 600;

const isFinal = (outcome: LogoutOutcome | null): outcome is Exclude<LogoutOutcome, 'unsettled'> =>
  outcome !== null && outcome !== 'unsettled';

/** @param lock under which one tab delivers for all. */
export function createRevocations(
  tab: Tab,
  endpoints: AuthEndpoints,
  lock: TabLock,
  onDelivered: (sid: string, server: 'revoked' | 'already-revoked' | 'rejected') => void,
): Revocations {
  const { outbox, now, setTimer, logoutTimeout: timeout } = tab;
  const { takesTickets } = endpoints;
  const underWay = new Set<string>();
  /** Of sessions that began with tokens handed over, by their local names. In memory: what is stored changes with the pair only. */
  const prepared = new Map<string, string | undefined>();
  let cancelTimer: (() => void) | undefined;
  let isDelivering = false;

  const note = ({ id, sid, sessionEndsAt }: SessionRecord, ticket: string): void => {
    const at = now();
    // A clock that has been set may make the end of the session look past, or out of reach.
    const left = Math.min(Math.max((sessionEndsAt ?? never) - at, shortestLife), longestLife);
    const endpoint = endpoints.logoutUrl;
    outbox.put({ endpoint, id, sid, ticket, expiresAt: at + left, tries: 0, since: at, rest: timeout });
  };

  /** Whether the server has been asked often enough about a session that has ended by itself. */
  const isVain = ({ expiresAt, tries }: PendingRevocation, wasAnswered: boolean): boolean =>
    now() >= expiresAt && tries >= (wasAnswered ? leastTries : leastUnanswered);

  /** @param isLate whether the application has been told that it is pending. */
  const settle = (
    { id, sid }: Pick<PendingRevocation, 'id' | 'sid'>,
    outcome: LogoutOutcome | null,
    isLate: boolean,
  ): LogoutOutcome | null => {
    underWay.delete(id);
    const pending = outbox.list().find((entry) => entry.id === id);
    if (isFinal(outcome)) {
      outbox.drop(id);
      if (isLate && pending) onDelivered(sid, outcome);
    } else {
      if (pending && isVain(pending, outcome !== null)) outbox.drop(id);
      plan();
    }
    return outcome;
  };

  const plan = (): void => {
    cancelTimer?.();
    const dues = outbox
      .list()
      .filter(({ id }) => !underWay.has(id))
      .map((entry) => remaining(entry, now()));
    if (tab.isDisposed() || dues.length === 0) return;
    cancelTimer = setTimer(deliver, Math.min(...dues, longestGap));
  };

  /** Waits for an answer, but not for ever: later it still counts, and meanwhile there are more tries. */
  const inTime = async (id: string, answer: Promise<LogoutOutcome | null>): Promise<LogoutOutcome | null> => {
    const outcome = await within(setTimer, timeout, answer);
    if (outcome !== undefined) return outcome;
    underWay.delete(id);
    plan();
    return null;
  };

  const send = async (entry: PendingRevocation): Promise<void> => {
    const { id, tries } = entry;
    const gap = jittered(Math.min(firstGap * 2 ** tries, longestGap), chanceOf(tab));
    outbox.put({ ...entry, tries: tries + 1, since: now(), rest: timeout + gap });
    underWay.add(id);
    await inTime(
      id,
      endpoints.end(entry).then((outcome) => settle(entry, outcome, true)),
    );
  };

  const sendDue = async (early: boolean | undefined, keep?: () => void): Promise<void> => {
    const due = outbox.list().filter((entry) => {
      const { id, endpoint } = entry;
      // Sent to nowhere but where it was meant for, should the configuration have changed.
      const isVoid = endpoint !== endpoints.logoutUrl;
      if (isVoid) outbox.drop(id);
      return !isVoid && (early || remaining(entry, now()) === 0) && !underWay.has(id);
    });
    // The next tab in line should see that it is done.
    if (due.length > 0) keep?.();
    await Promise.all(due.map(send));
    plan();
  };

  const deliver = (early?: boolean): void => {
    outbox.reassert();
    if (tab.isDisposed() || outbox.list().length === 0) return;
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
      let ticket = takesTickets ? (record.ticket ?? prepared.get(id)) : undefined;
      underWay.add(id);
      if (ticket) note(record, ticket);
      const answer = endpoints.end(record);
      // A session that began a moment ago with tokens handed over has no ticket yet.
      const late = takesTickets && !ticket ? revocationTicket(refreshToken) : undefined;
      let isSettled = false;
      let isLate = false;
      const noted = late?.then((computed) => {
        ticket = computed;
        if (computed && !isSettled) note(record, computed);
      });
      const result = answer.then(async (outcome) => {
        isSettled = isFinal(outcome);
        await noted;
        return settle(record, outcome, isLate);
      });
      const outcome = await inTime(id, result);
      isLate = true;
      if (isFinal(outcome)) return outcome;
      if (outbox.has(id)) return 'pending';
      // What was noted and is there no more, another tab has been told the end of.
      return ticket ? 'already-revoked' : 'rejected';
    },
    async prepare({ id, ticket, refreshToken }) {
      if (!ticket) prepared.set(id, await revocationTicket(refreshToken));
    },
    deliver,
    dispose: () => cancelTimer?.(),
  };
}
