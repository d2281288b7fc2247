import {
  type AuthError,
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
import type { ExchangeOutcome } from './exchange.ts';
import { coolDown, patience, quickPause, quickTries, remaining } from './refresh-rules.ts';
import type { TabLock } from './tab-lock.ts';

/** The place the session is kept in, as far as a refresh may touch it. Every change compares first. */
export interface TokenSlot {
  read(): SessionRecord | null;
  /** Replaces `sent` by `next` if `sent` is still what is there and its session has not been ended. */
  rotate(sent: SessionRecord, next: SessionRecord): boolean;
  /** Removes `sent` if it is still what is there. */
  end(sent: SessionRecord): boolean;
}

/** What all tabs know of the attempts so far. */
export interface AttemptLog {
  read(sid: string): AttemptEntry | null;
  write(entry: AttemptEntry): void;
  clear(): void;
}

/** The last attempt to refresh one session. Holds no token. */
export interface AttemptEntry {
  readonly sid: string;
  /** Which tab's attempt it is: a random name, new with every page. */
  readonly by: string;
  /** When an attempt began that has not ended: after a crash it is taken up at once, while the server still remembers it. */
  readonly begunAt: number | null;
  /** Attempts in a row that settled nothing. */
  readonly failures: number;
  /** No attempt before this instant. */
  readonly notBefore: number;
  /** Whether there was no answer at all, so that a network that is back ends the cool-down. */
  readonly offline: boolean;
}

export interface CoordinatorPorts {
  readonly slot: TokenSlot;
  readonly log: AttemptLog;
  readonly lock: TabLock;
  readonly exchange: (sent: SessionRecord) => Promise<ExchangeOutcome>;
  /** Ends a pair on the server that must not be used: it arrived after its session had ended. */
  readonly discard: (pair: SessionRecord) => void;
  readonly platform: Pick<Platform, 'now' | 'setTimer' | 'random'>;
  /** Milliseconds until a call stops waiting for the server. */
  readonly timeout: number;
  /** Told after every flight, and after an answer that came too late for its flight but was still wanted. */
  readonly onOutcome: (error: AuthError | null) => void;
}

export interface RefreshCoordinator {
  /**
   * Makes sure that the session of `held` has a newer pair than `held`, and returns it. Callers share one flight.
   * @param force exchanges even if another tab has just done so; never joins a flight that began before this call.
   * @throws NotSignedInError, SessionChangedError, LoginRequiredError, RefreshRejectedError, RefreshUnavailableError
   */
  refresh(held: SessionRecord, force?: boolean): Promise<SessionRecord>;
  /** The same behind a request that needs no waiting: never rejects, and a refusal ends nothing while the access token is good. */
  behind(held: SessionRecord): void;
  /** Whether an attempt of this session began and never ended: its answer may have been lost with a page. */
  interrupted(held: SessionRecord): boolean;
  /** The network is back: lets a cool-down of our own making end. */
  wake(): void;
}

interface Flight {
  readonly sid: string;
  readonly result: Promise<SessionRecord>;
  /** Whether anybody waits for it. */
  awaited: boolean;
}

/** Longest wait for another tab that is at this very moment exchanging the token the server has just refused to us. */
const otherTabsTurn = 2_000;

export function createRefreshCoordinator(ports: CoordinatorPorts): RefreshCoordinator {
  const { slot, log, lock, exchange, discard, platform, timeout, onOutcome } = ports;
  const { now, setTimer } = platform;
  const chance = (): number => (platform.random(1)[0] ?? 128) / 255;
  const by = Array.from(platform.random(6), (byte) => byte.toString(16)).join('');

  let flight: Flight | null = null;
  let waking: (() => void) | null = null;
  /** The refresh token that was refused behind a request: not sent again before its access token has expired. */
  let refusedBehind: string | null = null;

  /** The pair in storage, if it still belongs to the session of `held`. */
  const current = (held: SessionRecord): SessionRecord => {
    const record = slot.read();
    if (!record) throw new NotSignedInError('The session ended while it was being refreshed.');
    if (record.sid !== held.sid) throw new SessionChangedError();
    return record;
  };

  const failed = (sent: SessionRecord, outcome: Extract<ExchangeOutcome, { kind: 'unavailable' }>): never => {
    const failures = (log.read(sent.sid)?.failures ?? 0) + 1;
    const delay = coolDown(failures, outcome.retryAfter, chance());
    const offline = outcome.status === undefined;
    if (slot.read()?.sid === sent.sid) {
      log.write({ sid: sent.sid, by, begunAt: null, failures, notBefore: now() + delay, offline });
    }
    const what = offline ? 'did not answer' : `answered ${outcome.status}`;
    throw new RefreshUnavailableError(`The server ${what}; the session is kept.`, {
      cause: outcome.cause,
      status: outcome.status,
      retryAfter: delay,
    });
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

  /** An answer whose flight has given up on it: used if it is still wanted. */
  const commitLate = (sent: SessionRecord, next: SessionRecord): void => {
    try {
      commit(sent, next);
      onOutcome(null);
    } catch {
      // The session ended meanwhile; the pair has been discarded.
    }
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
      if (!(rivalled || isRivalled(sent)) || waited >= otherTabsTurn) return null;
      await pause(setTimer, 50).over;
    }
  };

  const rejected = (
    sent: SessionRecord,
    outcome: Extract<ExchangeOutcome, { kind: 'rejected' }>,
    resent: boolean,
  ): never => {
    const { error, status, reason } = outcome;
    log.clear();
    if (!flight?.awaited && sent.accessExpiresAt !== null && now() < sent.accessExpiresAt) {
      refusedBehind = sent.refreshToken;
      throw new RefreshRejectedError(error, { status });
    }
    if (reason === 'expired') {
      // Kept, so that a logout can still send it; put beyond its limits, because the server has the say over them.
      slot.rotate(sent, { ...sent, clockSkew: 0, accessExpiresAt: sent.savedAt, refreshableUntil: sent.savedAt });
      throw new LoginRequiredError(lapsedBecause(sent, now()) ?? 'window-passed', { status });
    }
    slot.end(sent);
    // After a lost answer nobody can tell a token that was revoked from one that was spent.
    throw new RefreshRejectedError(reason === 'revoked' && !resent ? reason : error, { status });
  };

  const attempt = async (held: SessionRecord, force: boolean): Promise<SessionRecord> => {
    let sent = current(held);
    // Another tab was faster, while this one waited for the lock.
    if (!force && sent.refreshToken !== held.refreshToken) return sent;
    const until = now() + timeout;
    let resent = interrupted(sent);
    for (let tries = 0; ; ) {
      const lapsed = lapsedBecause(sent, now());
      if (lapsed) throw new LoginRequiredError(lapsed);
      const rivalled = isRivalled(sent);
      const failures = log.read(sent.sid)?.failures ?? 0;
      log.write({ sid: sent.sid, by, begunAt: now(), failures, notBefore: 0, offline: false });

      const asked = sent;
      const answer = exchange(asked);
      const outcome = await within(setTimer, Math.max(0, until - now()), answer);
      if (!outcome) {
        void answer.then((late) => late.kind === 'successor' && commitLate(asked, late.record));
        return failed(sent, { kind: 'unavailable', cause: new Error(`No answer within ${timeout} ms.`) });
      }
      if (outcome.kind === 'successor') return commit(sent, outcome.record);
      if (outcome.kind === 'rejected') {
        const newer = await newerThan(sent, rivalled);
        if (!newer) return rejected(sent, outcome, resent);
        if (newer.accessExpiresAt === null || now() < newer.accessExpiresAt) return newer;
        sent = newer;
        resent = false;
        continue;
      }
      const rest = quickPause(tries, chance());
      tries += 1;
      if (outcome.status !== undefined || tries >= quickTries || now() + rest >= until) return failed(sent, outcome);
      await pause(setTimer, rest).over;
      const record = current(sent);
      if (record.refreshToken !== sent.refreshToken) return record;
      resent = true;
    }
  };

  /** Milliseconds in which nobody may refresh. */
  const cooling = (held: SessionRecord): number => remaining(log.read(held.sid)?.notBefore ?? 0, now());

  /** Waits out a cool-down that is nearly over; refuses at once during a longer one. */
  const coolDownOver = async (left: number): Promise<void> => {
    if (left > patience) {
      throw new RefreshUnavailableError('The server could not be reached a moment ago.', { retryAfter: left });
    }
    const rest = pause(setTimer, left);
    waking = rest.end;
    await rest.over;
    waking = null;
  };

  const fly = async (held: SessionRecord, force: boolean): Promise<SessionRecord> => {
    for (;;) {
      const left = cooling(held);
      if (left > 0) await coolDownOver(left);
      // Another tab may have failed while this one waited for its turn; the wait for that is not spent under the lock.
      const record = await lock.run(async () => (cooling(held) > 0 ? null : attempt(held, force)));
      if (record) return record;
    }
  };

  const interrupted = (held: SessionRecord): boolean => log.read(held.sid)?.begunAt != null;

  /** Joins the flight of this session or starts one. */
  const board = (held: SessionRecord, force: boolean, awaited: boolean): Promise<SessionRecord> => {
    if (flight?.sid === held.sid) {
      flight.awaited ||= awaited;
      return flight.result;
    }
    const landed = (error: AuthError | null): void => {
      if (flight === mine) flight = null;
      onOutcome(error);
    };
    const mine: Flight = { sid: held.sid, awaited, result: fly(held, force) };
    flight = mine;
    mine.result.then(
      () => landed(null),
      (error: AuthError) => landed(error),
    );
    return mine.result;
  };

  return {
    async refresh(held, force = false) {
      if (force && flight) await flight.result.catch(() => {});
      return board(held, force, true);
    },
    behind(held) {
      if (cooling(held) === 0 && refusedBehind !== held.refreshToken) board(held, false, false).catch(() => {});
    },
    interrupted,
    wake() {
      const sid = slot.read()?.sid;
      const entry = sid ? log.read(sid) : null;
      if (entry?.offline) log.write({ ...entry, notBefore: 0 });
      waking?.();
    },
  };
}
