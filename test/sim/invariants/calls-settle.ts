import { durations } from '../../../packages/client/src/options.ts';
import { pairOf } from '../ledger.ts';
import { type Call, type CallKind, describeOutcome } from '../world/calls.ts';
import type { Invariant } from './invariant.ts';

const { lockTimeout, refreshTimeout, logoutTimeout } = durations;

/** Two rounds of: a cool-down, the lock, an exchange, a rival's turn. */
const twoRounds = 2 * (5_000 + lockTimeout + refreshTimeout + 2_000 + 1_000);

/** Milliseconds of waiting, without the time the network takes for the call's own request. */
const bounds: Readonly<Record<CallKind, number>> = {
  request: twoRounds,
  token: twoRounds,
  refresh: twoRounds,
  login: 100,
  logout: logoutTimeout,
};

/** What has lapsed needs no waiting to find out. */
const lapsedBound = 100;

/** Every promise settles within its bound, and for a lapsed session at once. */
export const callsSettle: Invariant = (world) => {
  /** Whether the call was made for a session that had lapsed and is still there, by a clock that goes right. */
  const isLapsed = ({ kind, shown, page, pair }: Call): boolean =>
    kind !== 'login' &&
    kind !== 'logout' &&
    shown.status === 'lapsed' &&
    world.jumped === null &&
    pairOf(page)?.accessToken === pair?.accessToken;

  return {
    afterwards() {
      for (const call of world.calls.all) {
        const { id, kind, page, outcome, waited } = call;
        const bound = isLapsed(call) ? lapsedBound : bounds[kind];
        if (outcome === null && page.state !== 'gone' && waited > bound) {
          world.violate(`call ${id} of ${page.name} (${kind}) has waited ${waited} ms`);
        }
      }
    },
    onSettled(call) {
      const { outcome } = call;
      if (!outcome || !isLapsed(call)) return;
      const error = 'error' in outcome ? (outcome.error as Error).name : null;
      if (error !== 'LoginRequiredError')
        world.violate(`call ${call.id} of ${call.page.name} is for a lapsed session, and ${describeOutcome(call)}`);
    },
  };
};
