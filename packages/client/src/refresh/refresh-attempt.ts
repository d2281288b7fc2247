import {
  type AuthError,
  LoginRequiredError,
  NotSignedInError,
  RefreshRejectedError,
  RefreshUnavailableError,
  SessionChangedError,
} from '../errors.ts';
import type { Tab } from '../storage/tab.ts';
import { isOtherUser } from '../token/claims.ts';
import { lapsedBecause, timeLeft } from '../token/lifetimes.ts';
import { isPair, type SessionRecord } from '../token/session-record.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import { type Pause, pause } from '../waiting.ts';
import { exchange, ofOtherUser, type Refused, timedOut, type Unsettled } from './exchange.ts';
import { createNewerPair, rivalsTurn } from './newer-pair.ts';
import { chanceOf, coolDown, endedBecause, quickPause, quickTries } from './refresh-rules.ts';
import { createTwins } from './twins.ts';

/**
 * One turn of reading, exchanging and storing, best run under the lock and right without it.
 * @param force exchanges even if another tab has just done so.
 * @param decisive whether a refusal ends the session even though the access token is still good.
 * @param exclusive whether this tab holds the lock.
 * @param keep called when something was written that the next tab must see.
 */
export type RefreshAttempt = (
  held: SessionRecord,
  force: boolean,
  decisive: () => boolean,
  exclusive: boolean,
  keep: () => void,
) => Promise<SessionRecord>;

/**
 * @param discard ends a pair on the server that must not be used: it arrived after its session had ended.
 * @param onLate told what became of a pair that came too late for its attempt.
 */
export function createRefreshAttempt(
  tab: Tab,
  endpoints: AuthEndpoints,
  discard: (pair: SessionRecord) => void,
  onLate: (error: AuthError | null) => void,
): RefreshAttempt {
  const { now, setTimer, store, log, keys, refreshTimeout: timeout } = tab;
  const wait = (delay: number): Promise<void> => pause(setTimer, delay).over;
  const twins = createTwins();
  const isStillGood = (record: SessionRecord): boolean => timeLeft(record, now()) > 0;

  /** The pair in storage, if it still belongs to the session of `held`. */
  const current = (held: SessionRecord): SessionRecord => {
    const record = store.read();
    if (record?.id === held.id) return record;
    log.clear(held.id);
    throw record
      ? new SessionChangedError()
      : new NotSignedInError('The session ended while this call was waiting. Log in again.');
  };

  /** Stores `next` in place of `sent`, if that is still there, and says so. */
  const replaced = (sent: SessionRecord, next: SessionRecord): boolean => {
    const isStored = store.rotate(sent, next);
    if (isStored) tab.say({ type: 'changed', id: next.id, generation: next.generation });
    return isStored;
  };

  /** Nothing is left to be tried. */
  const settled = (record: SessionRecord): SessionRecord => {
    log.clear(record.id);
    return record;
  };

  /** Stores the successor, or finds out why it is no longer wanted. */
  const commit = (sent: SessionRecord, next: SessionRecord, order: number): SessionRecord => {
    const isOther = isOtherUser(sent.accessToken, next.accessToken);
    const there = store.read();
    // A session of its own: to be ended beside the one that asked.
    if (isOther) discard({ ...next, id: next.sid });
    else if (replaced(there && twins.isLater(next, order, there) ? there : sent, next)) {
      twins.noteStored(next, order);
      return settled(next);
    }
    // Not the twin of a pair that another tab has stored, nor one whose server session has newer tokens, handed over since.
    else if (there?.id !== sent.id && there?.sid !== next.sid) discard(next);
    const record = current(sent);
    if (!isOther || !isPair(record, sent)) return record;
    return refused(sent, ofOtherUser, false);
  };

  const newerThan = createNewerPair(tab, current);

  const unsettled = (sent: SessionRecord, { status, retryAfter, cause, message }: Unsettled): SessionRecord => {
    // What failed is nobody's concern once the session has ended, or another tab has renewed it.
    const record = current(sent);
    if (!isPair(record, sent) && isStillGood(record)) return settled(record);
    const failures = (log.read(sent.id)?.failures ?? 0) + 1;
    const delay = coolDown(failures, retryAfter, chanceOf(tab));
    // A client that is disposed of leaves it begun: the next one takes it up at once.
    if (!tab.isDisposed()) log.fail(sent.id, failures, delay, status === undefined);
    const facts = { cause, status, retryAfter: delay };
    throw new RefreshUnavailableError(message, facts);
  };

  const refused = (sent: SessionRecord, { error, status, reason, message }: Refused, resent: boolean): never => {
    log.clear(sent.id);
    if (reason === 'expired') {
      // Kept, so that a logout can still send it; put beyond its limits, because the server has the say over them.
      const over = Math.min(sent.savedAt, now());
      replaced(sent, { ...sent, savedAt: over, clockSkew: 0, accessExpiresAt: over, refreshableUntil: over });
      throw new LoginRequiredError(lapsedBecause(sent, now()) ?? 'window-passed', { status });
    }
    // After a lost answer nobody can tell a token that was revoked from one that was spent.
    const isRevoked = reason === 'revoked' && !resent;
    const failure = new RefreshRejectedError(isRevoked ? reason : error, { status, message });
    if (store.rotate(sent, null)) {
      tab.say({ type: 'ended', id: sent.id, reason: endedBecause(failure) });
      keys.drop(sent.id);
    }
    throw failure;
  };

  const exchangeUntil = async (
    limit: Pause,
    ...[held, force, decisive, exclusive, keep]: Parameters<RefreshAttempt>
  ): Promise<SessionRecord> => {
    let sent = current(held);
    // Another tab has said that it stored a newer pair than this one: storage has yet to show it. Waited for once.
    const said = store.heard(sent.id);
    for (let waited = 0; sent.generation < (said.generation ?? 0) && waited < rivalsTurn; waited += 20) {
      await wait(20);
      sent = current(held);
    }
    said.generation = sent.generation;
    // Without the lock many may come at once, and a server repeats its answer only so often: who sees another at it looks on.
    if (!exclusive && log.isRivalled(sent.id, rivalsTurn)) sent = (await newerThan(sent, true, true)) ?? sent;
    // Another tab was faster, while this one waited for the lock.
    if (!force && !isPair(sent, held) && isStillGood(sent)) return sent;
    let resent = log.read(sent.id)?.begunAt != null;
    for (let tries = 1; ; ) {
      const asked = sent;
      const lapsed = lapsedBecause(asked, now());
      if (lapsed) {
        log.clear(asked.id);
        throw new LoginRequiredError(lapsed);
      }
      // At it at this moment, without or beside the lock.
      const rivalled = log.isRivalled(asked.id, timeout);
      log.begin(asked.id);
      const order = twins.next();
      const isWanted = (): boolean => !tab.isDisposed() && !limit.isOver && isPair(store.read(), asked);
      const answer = exchange(asked, endpoints, keys, now, isWanted);
      const outcome = await Promise.race([answer, limit.over]);
      if (!outcome) {
        answer
          .then((late) => late.kind === 'successor' && commit(asked, late.record, order))
          .then((stored) => stored && onLate(null), onLate);
        return unsettled(asked, timedOut(endpoints, timeout));
      }
      keep();
      if (outcome.kind === 'successor') return commit(asked, outcome.record, order);
      // Nothing was sent: the session ended, or another tab was faster, while the request was being prepared.
      if (outcome.kind === 'unwanted') return settled(current(asked));
      if (outcome.kind === 'rejected') {
        // Even one that holds the lock may not be alone: another may have waited in vain for it, and gone on without.
        const hasTime = !exclusive || !(decisive() || isStillGood(asked));
        const newer = await newerThan(asked, rivalled, hasTime);
        if (newer && isStillGood(newer)) return newer;
        if (!newer && !decisive() && isStillGood(asked)) {
          log.clear(asked.id);
          throw new RefreshRejectedError(outcome.error, outcome);
        }
        if (!newer) return refused(asked, outcome, resent);
        sent = newer;
        resent = false;
        continue;
      }
      if (outcome.status !== undefined || tries >= quickTries) return unsettled(asked, outcome);
      await Promise.race([wait(quickPause(tries - 1, chanceOf(tab))), limit.over]);
      if (limit.isOver) return unsettled(asked, outcome);
      sent = current(asked);
      if (!isPair(sent, asked)) return sent;
      tries += 1;
      resent = true;
    }
  };

  return async (...call) => {
    // Measured by a timer: the clock may be set meanwhile.
    const limit = pause(setTimer, timeout);
    try {
      return await exchangeUntil(limit, ...call);
    } finally {
      limit.end();
    }
  };
}
