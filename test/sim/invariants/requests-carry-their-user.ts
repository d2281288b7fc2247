import type { SessionSnapshot } from '@latchkey/client/core';
import { timeToCatchUp } from '../../../packages/client/src/session/acquire.ts';
import type { Invariant } from './invariant.ts';

/** Twice as long as the client believes that a page which comes back may read old values. */
const caughtUp = 2 * timeToCatchUp;

const sessionOf = (snapshot: SessionSnapshot): string | null =>
  snapshot.status === 'signed-out' ? null : snapshot.sessionId;

/** Each request runs as who the tab showed, when it was made and when it was sent; nothing carries the token of anybody else. */
export const requestsCarryTheirUser: Invariant = (world) => {
  const { ledger, calls } = world;
  const name = (sid: string | null): string => (sid === null ? 'nobody' : (ledger.sessions.get(sid)?.name ?? sid));
  const sentFor = new Map<number, number>();
  const madeAt = new Map<number, number>();

  return {
    onCall: ({ id }) => void madeAt.set(id, world.scheduler.now()),
    onSent(flight) {
      if (flight.endpoint !== 'me') return;
      const { page, call: id } = flight;
      const call = calls.all.find((made) => made.id === id);
      if (!call) return;
      const times = (sentFor.get(call.id) ?? 0) + 1;
      sentFor.set(call.id, times);
      if (times > 2) world.violate(`call ${call.id} of ${page.name} is sent for the ${times}th time`);
      const carried = ledger.accessToken(flight.accessToken)?.session.sid ?? null;
      const shown = sessionOf(call.shown);
      // A page that has just come back may have shown nobody because it had not read yet who is there.
      const justBack = shown === null && (madeAt.get(call.id) ?? 0) - page.thawedAt < caughtUp;
      if (carried !== null && carried !== shown && !justBack) {
        world.violate(
          `call ${call.id} was made when ${page.name} showed ${name(shown)}, and carries a token of ${name(carried)}`,
        );
      }
      const told = sessionOf(page.told);
      if (carried !== null && carried !== told) {
        world.violate(`${page.name} shows ${name(told)} and sends #${flight.id} with a token of ${name(carried)}`);
      }
    },
    onSettled({ id, kind, page, shown, outcome }) {
      if (kind !== 'token' || !outcome || !('value' in outcome)) return;
      const got = ledger.accessToken(outcome.value as string)?.session.sid ?? null;
      if (got !== sessionOf(shown)) {
        world.violate(
          `call ${id} of ${page.name} asked for a token of ${name(sessionOf(shown))} and got one of ${name(got)}`,
        );
      }
    },
  };
};
