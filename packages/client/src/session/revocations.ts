import type { Platform } from '../platform.ts';
import type { Outbox, PendingRevocation } from '../storage/outbox.ts';
import { revocationTicket } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import type { LogoutOutcome } from '../transport/auth-protocol.ts';
import type { LogoutResult } from '../types.ts';
import { pause, within } from '../waiting.ts';

export interface Revocations {
  /**
   * Ends a session on the server: the request is handed to the browser, and the way to try again is noted, before this
   * returns. Settles with the final answer, or with `pending` when there is none in time; never rejects.
   */
  revoke(record: SessionRecord): Promise<LogoutResult['server']>;
  /** Sends again what is pending and due; with `now`, also what is not due yet. */
  deliver(now?: boolean): void;
  dispose(): void;
}

export interface RevocationOptions {
  readonly endpoints: Pick<AuthEndpoints, 'logout' | 'revoke' | 'logoutUrl'>;
  readonly outbox: Outbox;
  readonly platform: Pick<Platform, 'now' | 'setTimer' | 'random' | 'locks'>;
  /** Name of the lock under which one tab delivers for all. */
  readonly lockName: string;
  /** Milliseconds until a logout stops waiting for the server. */
  readonly timeout: number;
  readonly onDelivered: (sid: string, server: 'revoked' | 'already-revoked' | 'rejected') => void;
}

const firstGap = 2_000;
const longestGap = 15 * 60_000;
const shortestLife = 86_400_000;
const longestLife = 100 * shortestLife;

/** After which a write of another tab that had not seen ours has become visible, in milliseconds. */
const settling = 50;

export function createRevocations(options: RevocationOptions): Revocations {
  const { endpoints, outbox, platform, lockName, timeout, onDelivered } = options;
  const { now, setTimer } = platform;
  const underWay = new Set<string>();
  let cancelTimer: (() => void) | null = null;
  let isDelivering = false;
  let disposed = false;

  const note = (record: SessionRecord, ticket: string): void => {
    const createdAt = now();
    const { id, sid, sessionEndsAt } = record;
    // A clock that has been set may make the end of the session look past, or out of reach.
    const left = sessionEndsAt === null ? longestLife : sessionEndsAt - createdAt;
    const expiresAt = createdAt + Math.min(Math.max(left, shortestLife), longestLife);
    const entry = { endpoint: endpoints.logoutUrl, id, sid, ticket, createdAt, expiresAt };
    outbox.put({ v: 1, ...entry, tries: 0, notBefore: createdAt + timeout });
    setTimer(outbox.reassert, settling);
  };

  const settle = (id: string, outcome: LogoutOutcome): LogoutResult['server'] => {
    underWay.delete(id);
    if (outcome !== 'unsettled') {
      outbox.drop(id);
      setTimer(outbox.reassert, settling);
      return outcome;
    }
    plan();
    return outbox.has(id) ? 'pending' : 'rejected';
  };

  const plan = (): void => {
    cancelTimer?.();
    cancelTimer = null;
    const waiting = outbox.list().filter((entry) => !underWay.has(entry.id));
    if (disposed || waiting.length === 0) return;
    const next = Math.min(...waiting.map((entry) => entry.notBefore));
    cancelTimer = setTimer(() => deliver(), Math.min(Math.max(0, next - now()), longestGap));
  };

  const send = async (entry: PendingRevocation): Promise<void> => {
    const spread = 0.75 + (platform.random(1)[0] ?? 128) / 510;
    const gap = Math.min(firstGap * 2 ** entry.tries, longestGap) * spread;
    outbox.put({ ...entry, tries: entry.tries + 1, notBefore: now() + timeout + gap });
    underWay.add(entry.id);
    const outcome = endpoints.revoke ? await endpoints.revoke(entry) : 'unsettled';
    const server = settle(entry.id, outcome);
    if (server !== 'pending') onDelivered(entry.sid, server);
  };

  const sendDue = async (early: boolean): Promise<void> => {
    const due: PendingRevocation[] = [];
    for (const entry of outbox.list()) {
      const over = now() >= entry.expiresAt;
      // Sent to nowhere but where it was meant for, should the configuration have changed.
      if (over || entry.endpoint !== endpoints.logoutUrl) outbox.drop(entry.id);
      else if ((early || now() >= entry.notBefore) && !underWay.has(entry.id)) due.push(entry);
    }
    await Promise.all(due.map(send));
    plan();
  };

  const deliver = (early = false): void => {
    outbox.reassert();
    if (disposed || outbox.list().length === 0) return;
    const { locks } = platform;
    // One tab is enough; without the lock the server would only answer the same to each.
    if (!locks) return void sendDue(early);
    // What is in line already will look at everything that is due by then.
    if (isDelivering && !early) return;
    isDelivering = true;
    const oneTab = async (): Promise<void> => {
      await sendDue(early);
      // The next tab in line should see that it is done.
      await pause(setTimer, settling).over;
    };
    // A lock that is never released delays this, and no more.
    const waiting = new AbortController();
    const cancel = setTimer(() => waiting.abort(), timeout);
    locks
      .request(lockName, { signal: waiting.signal }, () => {
        cancel();
        return oneTab();
      })
      .catch(() => sendDue(early))
      .finally(() => {
        cancel();
        isDelivering = false;
      });
  };

  return {
    async revoke(record) {
      const { id, ticket, refreshToken } = record;
      const keepable = endpoints.revoke !== null;
      underWay.add(id);
      if (keepable && ticket) note(record, ticket);
      const answer = endpoints.logout(record);
      // A session that began with tokens handed over has no ticket yet.
      const late = keepable && !ticket ? revocationTicket(refreshToken) : undefined;
      let isFinal = false;
      const noted = late?.then((computed) => computed && !isFinal && note(record, computed));
      const result = answer.then(async (outcome) => {
        isFinal = outcome !== 'unsettled';
        await noted;
        return settle(id, outcome);
      });
      return (await within(setTimer, timeout, result)) ?? 'pending';
    },
    deliver,
    dispose() {
      disposed = true;
      cancelTimer?.();
    },
  };
}
