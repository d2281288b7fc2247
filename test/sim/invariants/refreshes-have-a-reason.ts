import { durations } from '../../../packages/client/src/options.ts';
import { pairOf, type SessionFacts } from '../ledger.ts';
import type { Flight } from '../world/flight.ts';
import type { Page } from '../world/page.ts';
import type { Invariant } from './invariant.ts';

/** `refreshTimeout` is the longest time for which a page waits for the answer to one exchange. */
const { expiryMargin, refreshTimeout } = durations;

/** Shortest cool-down after an answer that settles nothing, and shortest pause after a broken connection, with jitter. */
const shortestCoolDown = 745;
const shortestPause = 180;

/** A write is known to all other tabs after so many milliseconds. */
const travel = 5;

interface Setback {
  readonly at: number;
  readonly until: number;
  readonly flight: Flight;
}

/**
 * A refresh is sent when the access token is due, was refused, or the application insists; never for a lapsed session; and not
 * before the cool-down after a failed one is over, which counts for all tabs.
 */
export const refreshesHaveAReason: Invariant = (world) => {
  const { ledger, scheduler, calls } = world;
  const setbacks = new Map<SessionFacts, Setback>();
  let onlineAt = 0;

  /** What was right by the clock a moment ago may not be any more. */
  const justSet = (): boolean => world.jumped !== null && scheduler.now() - world.jumped < 10_000;
  const justBack = (page: Page): boolean => scheduler.now() - Math.max(page.thawedAt, world.woke) < 1_000;

  const isDue = (flight: Flight): boolean => {
    const pair = pairOf(flight.page);
    const token = ledger.refreshToken(flight.fields['refresh_token']);
    if (pair === null || pair.refreshToken !== flight.fields['refresh_token']) return true;
    const margin = Math.min(expiryMargin, (pair.accessExpiresAt - pair.savedAt) / 4);
    const due = scheduler.now() + world.clockError >= pair.accessExpiresAt - margin;
    const asked = calls.all.some(
      ({ kind, page, outcome }) => page === flight.page && outcome === null && (kind === 'refresh' || kind === 'token'),
    );
    const interrupted = (token?.presentations.length ?? 0) > 0;
    // A new page takes up what another one began.
    const takenUp = scheduler.now() - flight.page.mountedAt < 6_000;
    return (
      due ||
      takenUp ||
      justSet() ||
      justBack(flight.page) ||
      asked ||
      interrupted ||
      ledger.accessToken(pair.accessToken)?.refused === true
    );
  };

  const tooEarly = (flight: Flight, session: SessionFacts): Setback | null => {
    const setback = setbacks.get(session);
    const now = scheduler.now();
    if (!setback || now >= setback.until || session.excuses.has('unlocked')) return null;
    const { page } = flight;
    const since = setback.at + (page === setback.flight.page ? 0 : travel);
    const disturbed = [world.jumped ?? 0, world.woke, page.thawedAt, world.clearedAt].some((at) => at >= setback.at);
    const broken = setback.flight.got === 'broken';
    // Between the tries of one call there is but a pause, which ends with the page and with the want of a network.
    const noPause = broken && (page !== setback.flight.page || onlineAt >= setback.at);
    return now <= since || disturbed || noPause ? null : setback;
  };

  return {
    onSent(flight) {
      const { page, endpoint } = flight;
      const facts = ledger.refreshToken(flight.fields['refresh_token']) ?? ledger.accessToken(flight.accessToken);
      if (facts === undefined || endpoint === 'logout') return;
      const { session } = page.client;
      if (session.status === 'lapsed' && !justSet() && !justBack(page) && session.sessionId === facts.session.sid) {
        world.violate(`${page.name} sends #${flight.id} for ${facts.session.name}, which has lapsed`);
      }
      if (endpoint !== 'refresh') return;
      if (!isDue(flight)) world.violate(`${page.name} refreshes ${facts.session.name} (#${flight.id}) for no reason`);
      const setback = tooEarly(flight, facts.session);
      if (setback) {
        world.violate(
          `${page.name} refreshes again (#${flight.id}) ${setback.until - scheduler.now()} ms before the pause after #${setback.flight.id} is over`,
        );
      }
    },
    onArrival(flight) {
      if (flight.endpoint !== 'refresh' || flight.got === null) return;
      const session = ledger.refreshToken(flight.fields['refresh_token'])?.session;
      if (!session) return;
      const { got } = flight;
      const at = scheduler.now();
      // Given up, by time or with its client: how it ended is no news.
      if (at - flight.sentAt > refreshTimeout || flight.sentAt < flight.page.mountedAt) return;
      if (got !== 'broken' && got.status < 400 && !got.body.startsWith('<')) return void setbacks.delete(session);
      if (got !== 'broken' && got.status === 400) return;
      const retryAfter = got === 'broken' ? null : got.headers.get('retry-after');
      const pause = got === 'broken' ? shortestPause : retryAfter ? Number(retryAfter) * 1000 : shortestCoolDown;
      setbacks.set(session, { at, until: at + pause, flight });
    },
    onOnline() {
      onlineAt = scheduler.now();
    },
  };
};
