import {
  LoginRequiredError,
  NotSignedInError,
  RefreshRejectedError,
  RefreshUnavailableError,
  SessionChangedError,
} from '../errors.ts';
import type { Platform } from '../platform.ts';
import { lapsedBecause } from '../token/lifetimes.ts';
import type { SessionRecord } from '../token/session-record.ts';
import { pause, within } from '../waiting.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { ExchangeOutcome } from './exchange.ts';
import { chanceOf, coolDown, quickPause, quickTries } from './refresh-rules.ts';

/** The place the session is kept in, as far as a refresh may touch it. Every change compares first. */
export interface TokenSlot {
  read(): SessionRecord | null;
  /** Replaces `sent` by `next` if `sent` is still what is there and its session has not been ended. */
  rotate(sent: SessionRecord, next: SessionRecord): boolean;
  /** Removes `sent` if it is still what is there, and lets the other tabs know why. */
  end(sent: SessionRecord, reason: 'revoked' | 'refresh-rejected'): void;
}

export interface AttemptPorts {
  readonly slot: TokenSlot;
  readonly log: AttemptLog;
  readonly exchange: (sent: SessionRecord) => Promise<ExchangeOutcome>;
  /** Ends a pair on the server that must not be used: it arrived after its session had ended. */
  readonly discard: (pair: SessionRecord) => void;
  readonly platform: Pick<Platform, 'now' | 'setTimer' | 'random'>;
  /** Milliseconds until an attempt stops waiting for the server. */
  readonly timeout: number;
  /** An answer that came too late for its attempt has been stored after all. */
  readonly onLate: () => void;
}

export interface AttemptOptions {
  /** Exchanges even if another tab has just done so. */
  readonly force: boolean;
  /** Whether a refusal ends the session even though the access token is still good. */
  readonly decisive: () => boolean;
  /** Called when something was written that the next tab must see. */
  readonly keep: () => void;
}

/** One turn of reading, exchanging and storing, best run under the lock and right without it. */
export type RefreshAttempt = (held: SessionRecord, options: AttemptOptions) => Promise<SessionRecord>;

type Refused = Extract<ExchangeOutcome, { kind: 'rejected' }>;
type Unsettled = Extract<ExchangeOutcome, { kind: 'unavailable' }>;

/** Longest wait for another tab that is at this very moment exchanging the token the server has just refused to us. */
const rivalsTurn = 2_000;

export function createRefreshAttempt(ports: AttemptPorts): RefreshAttempt {
  const { slot, log, exchange, discard, platform, timeout, onLate } = ports;
  const { now, setTimer } = platform;
  const by = Array.from(platform.random(6), (byte) => byte.toString(16)).join('');

  /** The pair in storage, if it still belongs to the session of `held`. */
  const current = (held: SessionRecord): SessionRecord => {
    const record = slot.read();
    if (!record) throw new NotSignedInError('The session ended while it was being refreshed.');
    if (record.sid !== held.sid) throw new SessionChangedError();
    return record;
  };

  /** Stores the successor, or finds out why it is no longer wanted. */
  const commit = (sent: SessionRecord, next: SessionRecord): SessionRecord => {
    if (slot.rotate(sent, next)) {
      log.clear();
      return next;
    }
    const record = slot.read();
    // Another tab was first with the same family: its pair counts, ours is its twin or its ancestor.
    if (record?.sid === sent.sid) return record;
    discard(next);
    return current(sent);
  };

  const commitLate = (sent: SessionRecord, answer: Promise<ExchangeOutcome>): void => {
    answer
      .then((late) => late.kind === 'successor' && commit(sent, late.record) && onLate())
      // The session ended meanwhile; the pair has been discarded.
      .catch(() => {});
  };

  /** Whether another tab is exchanging the same token at this moment, without or beside the lock. */
  const isRivalled = (sent: SessionRecord): boolean => {
    const entry = log.read(sent.sid);
    return entry?.begunAt != null && entry.by !== by && now() - entry.begunAt < timeout;
  };

  /** A newer pair of the same session, also one that a rival is just about to store. */
  const newerThan = async (sent: SessionRecord, rivalled: boolean): Promise<SessionRecord | null> => {
    for (let waited = 0; ; waited += 50) {
      const record = current(sent);
      if (record.refreshToken !== sent.refreshToken) return record;
      if (!(rivalled || isRivalled(sent)) || waited >= rivalsTurn) return null;
      await pause(setTimer, 50).over;
    }
  };

  const unsettled = (sent: SessionRecord, { status, retryAfter, cause }: Unsettled): never => {
    const failures = (log.read(sent.sid)?.failures ?? 0) + 1;
    const delay = coolDown(failures, retryAfter, chanceOf(platform));
    const offline = status === undefined;
    if (slot.read()?.sid === sent.sid) {
      log.write({ sid: sent.sid, by, begunAt: null, failures, notBefore: now() + delay, offline });
    }
    const what = offline ? 'did not answer' : `answered ${status}`;
    throw new RefreshUnavailableError(`The server ${what}; the session is kept.`, { cause, status, retryAfter: delay });
  };

  const refused = (sent: SessionRecord, { error, status, reason }: Refused, resent: boolean): never => {
    log.clear();
    if (reason === 'expired') {
      // Kept, so that a logout can still send it; put beyond its limits, because the server has the say over them.
      slot.rotate(sent, { ...sent, clockSkew: 0, accessExpiresAt: sent.savedAt, refreshableUntil: sent.savedAt });
      throw new LoginRequiredError(lapsedBecause(sent, now()) ?? 'window-passed', { status });
    }
    // After a lost answer nobody can tell a token that was revoked from one that was spent.
    const isRevoked = reason === 'revoked' && !resent;
    slot.end(sent, isRevoked ? 'revoked' : 'refresh-rejected');
    throw new RefreshRejectedError(isRevoked ? reason : error, { status });
  };

  return async (held, { force, decisive, keep }) => {
    let sent = current(held);
    // Another tab was faster, while this one waited for the lock.
    if (!force && sent.refreshToken !== held.refreshToken) return sent;
    const until = now() + timeout;
    let resent = log.read(sent.sid)?.begunAt != null;
    for (let tries = 0; ; ) {
      const lapsed = lapsedBecause(sent, now());
      if (lapsed) throw new LoginRequiredError(lapsed);
      const rivalled = isRivalled(sent);
      const failures = log.read(sent.sid)?.failures ?? 0;
      log.write({ sid: sent.sid, by, begunAt: now(), failures, notBefore: 0, offline: false });

      const answer = exchange(sent);
      const outcome = await within(setTimer, Math.max(0, until - now()), answer);
      if (!outcome) {
        commitLate(sent, answer);
        return unsettled(sent, { kind: 'unavailable', cause: new Error(`No answer within ${timeout} ms.`) });
      }
      keep();
      if (outcome.kind === 'successor') return commit(sent, outcome.record);
      if (outcome.kind === 'rejected') {
        const newer = await newerThan(sent, rivalled);
        const stillGood = (record: SessionRecord): boolean =>
          record.accessExpiresAt === null || now() < record.accessExpiresAt;
        if (newer && stillGood(newer)) return newer;
        if (!newer && !decisive() && stillGood(sent)) {
          log.clear();
          throw new RefreshRejectedError(outcome.error, { status: outcome.status });
        }
        if (!newer) return refused(sent, outcome, resent);
        sent = newer;
        resent = false;
        continue;
      }
      const rest = quickPause(tries, chanceOf(platform));
      tries += 1;
      if (outcome.status !== undefined || tries >= quickTries || now() + rest >= until) return unsettled(sent, outcome);
      await pause(setTimer, rest).over;
      const record = current(sent);
      if (record.refreshToken !== sent.refreshToken) return record;
      resent = true;
    }
  };
}
