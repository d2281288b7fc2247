import type { Invariant } from './invariant.ts';

/** A tab that sees the successor of a pair never stores the older one again: it would present it, and be taken for a thief. */
export const pairsDoNotAge: Invariant = ({ ledger, violate }) => ({
  onWrite({ by }, from, to) {
    if (by === null || from === null || from.sid !== to?.sid) return;
    const [before, after] = [from, to].map((pair) => ledger.refreshToken(pair.refreshToken)?.generation ?? 0);
    if (Number(after) < Number(before)) violate(`${by.name} stores ${ledger.nameOf(to)} over ${ledger.nameOf(from)}`);
  },
});
