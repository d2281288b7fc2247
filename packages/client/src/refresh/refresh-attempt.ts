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
import { type Pause, pause } from '../waiting.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { ExchangeOutcome } from './exchange.ts';
import { chanceOf, coolDown, quickPause, quickTries } from './refresh-rules.ts';
import type { TokenSlot } from './token-slot.ts';

export interface AttemptPorts {
  readonly slot: TokenSlot;
  readonly log: AttemptLog;
  /** @param isWanted asked right before the request is sent. */
  readonly exchange: (sent: SessionRecord, isWanted: () => boolean) => Promise<ExchangeOutcome>;
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
  /** Whether this tab holds the lock. */
  readonly exclusive: boolean;
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
    if (record?.id === held.id) return record;
    log.clear(held.id);
    throw record ? new SessionChangedError() : new NotSignedInError('The session ended while it was being refreshed.');
  };

  /** Stores the successor, or finds out why it is no longer wanted. */
  const commit = (sent: SessionRecord, next: SessionRecord): SessionRecord => {
    if (slot.rotate(sent, next)) {
      log.clear(sent.id);
      return next;
    }
    const record = slot.read();
    // Another tab was first with the same family: its pair counts, ours is its twin or its ancestor.
    if (record?.id === sent.id) return record;
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
    const entry = log.read(sent.id);
    return entry?.begunAt != null && entry.by !== by && now() - entry.begunAt < timeout;
  };

  /** A newer pair of the same session, also one that a rival is just about to store. */
  const newerThan = async (
    sent: SessionRecord,
    rivalled: boolean,
    exclusive: boolean,
  ): Promise<SessionRecord | null> => {
    // Without the lock another tab may be at it that left no trace: what it stores takes a moment to be seen.
    const leastWait = exclusive ? 0 : 50;
    for (let waited = 0; ; waited += 50) {
      const record = current(sent);
      if (record.refreshToken !== sent.refreshToken) return record;
      const enough = rivalled || isRivalled(sent) ? rivalsTurn : leastWait;
      if (waited >= enough) return null;
      await pause(setTimer, 50).over;
    }
  };

  const unsettled = (sent: SessionRecord, { status, retryAfter, cause }: Unsettled): never => {
    const failures = (log.read(sent.id)?.failures ?? 0) + 1;
    const delay = coolDown(failures, retryAfter, chanceOf(platform));
    const offline = status === undefined;
    if (slot.read()?.id === sent.id) {
      log.write({ id: sent.id, by, begunAt: null, failures, notBefore: now() + delay, offline });
    }
    const what = offline ? 'did not answer' : `answered ${status}`;
    throw new RefreshUnavailableError(`The server ${what}; the session is kept.`, { cause, status, retryAfter: delay });
  };

  const refused = (sent: SessionRecord, { error, status, reason }: Refused, resent: boolean): never => {
    log.clear(sent.id);
    if (reason === 'expired') {
      // Kept, so that a logout can still send it; put beyond its limits, because the server has the say over them.
      const over = Math.min(sent.savedAt, now());
      slot.rotate(sent, { ...sent, savedAt: over, clockSkew: 0, accessExpiresAt: over, refreshableUntil: over });
      throw new LoginRequiredError(lapsedBecause(sent, now()) ?? 'window-passed', { status });
    }
    // After a lost answer nobody can tell a token that was revoked from one that was spent.
    const isRevoked = reason === 'revoked' && !resent;
    slot.end(sent, isRevoked ? 'revoked' : 'refresh-rejected');
    throw new RefreshRejectedError(isRevoked ? reason : error, { status });
  };

  const stillGood = ({ accessExpiresAt }: SessionRecord): boolean =>
    accessExpiresAt === null || now() < accessExpiresAt;

  const exchangeUntil = async (limit: Pause, held: SessionRecord, options: AttemptOptions): Promise<SessionRecord> => {
    const { force, decisive, keep, exclusive } = options;
    let sent = current(held);
    for (let waited = 0; slot.isOutdated(sent) && waited < rivalsTurn; waited += 20) {
      await pause(setTimer, 20).over;
      sent = current(held);
    }
    // Another tab was faster, while this one waited for the lock.
    if (!force && sent.refreshToken !== held.refreshToken) return sent;
    let resent = log.read(sent.id)?.begunAt != null;
    for (let tries = 1; ; ) {
      const lapsed = lapsedBecause(sent, now());
      if (lapsed) {
        log.clear(sent.id);
        throw new LoginRequiredError(lapsed);
      }
      const rivalled = isRivalled(sent);
      const failures = log.read(sent.id)?.failures ?? 0;
      log.write({ id: sent.id, by, begunAt: now(), failures, notBefore: 0, offline: false });

      const asked = sent;
      const answer = exchange(asked, () => !limit.isOver() && slot.read()?.refreshToken === asked.refreshToken);
      const outcome = await Promise.race([answer, limit.over.then(() => undefined)]);
      if (!outcome) {
        commitLate(asked, answer);
        return unsettled(asked, { kind: 'unavailable', cause: new Error(`No answer within ${timeout} ms.`) });
      }
      keep();
      if (outcome.kind === 'successor') return commit(asked, outcome.record);
      if (outcome.kind === 'unwanted') {
        // Nothing was sent: the session ended, or another tab was faster, while the request was being prepared.
        log.clear(asked.id);
        return current(asked);
      }
      if (outcome.kind === 'rejected') {
        const newer = await newerThan(asked, rivalled, exclusive);
        if (newer && stillGood(newer)) return newer;
        if (!newer && !decisive() && stillGood(asked)) {
          log.clear(asked.id);
          throw new RefreshRejectedError(outcome.error, { status: outcome.status });
        }
        if (!newer) return refused(asked, outcome, resent);
        sent = newer;
        resent = false;
        continue;
      }
      if (outcome.status !== undefined || tries >= quickTries) return unsettled(asked, outcome);
      await Promise.race([pause(setTimer, quickPause(tries - 1, chanceOf(platform))).over, limit.over]);
      if (limit.isOver()) return unsettled(asked, outcome);
      const record = current(asked);
      if (record.refreshToken !== asked.refreshToken) return record;
      tries += 1;
      resent = true;
    }
  };

  return async (held, options) => {
    // Measured by a timer: the clock may be set meanwhile.
    const limit = pause(setTimer, timeout);
    try {
      return await exchangeUntil(limit, held, options);
    } finally {
      limit.end();
    }
  };
}
