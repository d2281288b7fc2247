import type { CallKind } from '../world/calls.ts';
import type { Invariant } from './invariant.ts';

/** Two rounds of: a cool-down, the lock, an exchange, a rival's turn. */
const twoRounds = 2 * (5_000 + 5_000 + 15_000 + 2_000 + 1_000);

/** Milliseconds of waiting, without the time the network takes for the call's own request. */
const bounds: Readonly<Record<CallKind, number>> = {
  request: twoRounds,
  token: twoRounds,
  refresh: twoRounds,
  login: 100,
  logout: 5_000,
};

/** Every promise settles within its bound. */
export const callsSettle: Invariant = (world) => ({
  afterwards() {
    for (const { id, kind, page, outcome, waited } of world.calls.all) {
      if (outcome === null && page.state !== 'gone' && waited > bounds[kind]) {
        world.violate(`call ${id} of ${page.name} (${kind}) has waited ${waited} ms`);
      }
    }
  },
});
