import { pairOf, type StoredPair } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Nothing fails, and nobody is signed out, for want of a refresh that was not needed yet. */
export const goodTokensAreUsed: Invariant = (world) => {
  const { ledger, scheduler, calls } = world;
  /** The newest pair of each session that was stored. */
  const newest = new Map<string, StoredPair>();

  const isGood = ({ accessToken, accessExpiresAt }: StoredPair): boolean =>
    accessExpiresAt > scheduler.now() + world.clockError + 1_000 && ledger.accessToken(accessToken)?.refused === false;

  return {
    onWrite(_write, _from, to) {
      if (to) newest.set(to.sid, to);
    },
    onEvent(page, before, _snapshot, event) {
      if (event.type !== 'signed-out' || event.origin !== 'this-tab' || before.status === 'signed-out') return;
      if (event.reason !== 'refresh-rejected' && event.reason !== 'revoked') return;
      const pair = newest.get(before.sessionId);
      const somebodyWaits = calls.all.some((call) => call.page === page && call.outcome === null);
      if (pair && isGood(pair) && !somebodyWaits)
        world.violate(`${page.name} signs out when nobody asked for a refresh and the access token was good`);
    },
    onSettled({ id, kind, page, pair, outcome }) {
      if (kind !== 'request' || !pair || !outcome || !('error' in outcome)) return;
      const isSame = pairOf(page)?.accessToken === pair.accessToken;
      if (
        (outcome.error as Error).name === 'RefreshUnavailableError' &&
        isSame &&
        isGood(pair) &&
        world.jumped === null
      )
        world.violate(`call ${id} of ${page.name} fails for want of a refresh, and its access token was good`);
    },
  };
};
