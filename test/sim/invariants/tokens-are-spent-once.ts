import { durations } from '../../../packages/client/src/options.ts';
import type { TokenFacts } from '../ledger.ts';
import type { Answer, Flight } from '../world/flight.ts';
import type { Invariant } from './invariant.ts';

/** Longest time for which a page waits for the answer to one exchange. */
const { refreshTimeout } = durations;

const refuses = ({ status, body }: Answer): boolean => status === 400 && body.includes('invalid_grant');

/**
 * No refresh token is presented twice, unless an answer was lost or late, a tab stopped in the middle, or a lock was missing;
 * one tab never has two exchanges under way; and the server never has to take a tab for a thief.
 */
export const tokensAreSpentOnce: Invariant = (world) => {
  const { ledger, store, scheduler, network } = world;
  const condemned = new Set<string>();

  /** Whether everybody knows by now that this presentation exchanged nothing. */
  const cameToNothing = (earlier: Flight): boolean =>
    earlier.settled && (earlier.served === null || earlier.served.status !== 200) && earlier.got !== null;

  const presentedAgain = (flight: Flight, { session, presentations, generation }: TokenFacts): void => {
    const earlier = presentations.find((presentation) => !cameToNothing(presentation));
    if (earlier === undefined || session.excuses.size > 0) return;
    world.violate(
      `${flight.page.name} presents the refresh token ${session.name}.${generation} again (#${flight.id} after #${earlier.id})`,
    );
  };

  const besideItself = (flight: Flight, { session }: TokenFacts): void => {
    const { page } = flight;
    const now = scheduler.now();
    const other = network.flights.find(
      (open) =>
        open !== flight &&
        open.endpoint === 'refresh' &&
        open.page === page &&
        !open.settled &&
        open.sentAt > page.mountedAt &&
        now - open.sentAt < refreshTimeout &&
        ledger.refreshToken(open.fields['refresh_token'])?.session === session,
    );
    if (!other) return;
    // All tries of one attempt, which is given up as a whole.
    const tries = network.flights.filter(
      ({ page: by, endpoint, fields, sentAt }) =>
        by === page &&
        endpoint === 'refresh' &&
        fields['refresh_token'] === other.fields['refresh_token'] &&
        other.sentAt - sentAt < refreshTimeout,
    );
    const wasGivenUp = now - Math.min(...tries.map(({ sentAt }) => sentAt)) >= refreshTimeout;
    // A clock that was set, or time that was slept through, ends the wait early.
    const undisturbed =
      other.sentAt >= page.thawedAt && other.sentAt > (world.jumped ?? 0) && other.sentAt > world.woke;
    if (undisturbed && !wasGivenUp)
      world.violate(`${page.name} has two exchanges under way, #${other.id} and #${flight.id}`);
  };

  const condemn = (token: TokenFacts, reason: string): void => {
    const { session, generation } = token;
    const gap = session.generation - generation;
    const retry = world.setup.server === 'keyed' && reason === 'reuse' && gap === 1;
    if (retry)
      world.violate(`the server did not know a retry with ${session.name}.${generation} again and ended the session`);
    else if (session.excuses.size === 0) {
      world.violate(`the server ended ${session.name} for ${reason} of ${session.name}.${generation}`);
    }
  };

  const refused = async (token: TokenFacts): Promise<void> => {
    const { session } = token;
    const family = await store.find(session.sid);
    const reason = family?.revokeReason ?? null;
    if (reason === null) return ledger.refusedAlive(session);
    if ((reason === 'reuse' || reason === 'replay_window') && !condemned.has(session.sid)) condemn(token, reason);
    condemned.add(session.sid);
    ledger.cause(session.sid, 'refused');
  };

  return {
    onSent(flight) {
      if (flight.endpoint !== 'refresh') return;
      const token = ledger.refreshToken(flight.fields['refresh_token']);
      if (!token) return world.violate(`${flight.page.name} presents a refresh token that nobody issued`);
      presentedAgain(flight, token);
      besideItself(flight, token);
    },
    onServed(flight, answer) {
      if (flight.endpoint !== 'refresh' || !refuses(answer)) return;
      const token = ledger.refreshToken(flight.fields['refresh_token']);
      return token && refused(token);
    },
  };
};
