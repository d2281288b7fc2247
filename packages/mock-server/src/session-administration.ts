import type { AuthServer, SessionRow } from './auth-server.ts';
import { day } from './clock/duration.ts';
import { type Policy, refreshableUntil } from './policy.ts';
import { endUnlessEnded, type RevokeReason } from './rules/revocation.ts';
import { inBatches } from './store/in-batches.ts';
import type { Family, SessionStore } from './store/session-store.ts';

/** How long after its end a session is kept, so that a late logout still gets its answer. */
const keptFor = day;
const batch = 500;

/** What whoever runs the server can do about sessions. */
export function administerSessions(parts: {
  store: SessionStore;
  policy: Policy;
  now: () => number;
  onChange: () => void;
}): AuthServer['sessions'] {
  const { store, policy, now, onChange } = parts;

  return {
    async list(username) {
      const at = now();
      return (await store.list(username)).map(({ family }) => rowOf(family, policy, at));
    },
    async revoke(sid, reason = 'revoked') {
      await store.decide({ familyId: sid }, endUnlessEnded(reason, now()));
      onChange();
    },
    async purge() {
      const at = now();
      await inBatches(() => store.eraseSuccessors(at - policy.replayWindow, batch));
      await inBatches(() => store.eraseSuccessors(at - policy.dpopReplayWindow, batch, true));
      const purged = await inBatches(() => store.purge(at - keptFor, batch));
      onChange();
      return purged;
    },
  };
}

/** Ends all live sessions of a user but one. */
export async function revokeAll(
  store: SessionStore,
  { userId, reason, spared, now }: { userId: string; reason: RevokeReason; spared?: string | undefined; now: number },
): Promise<void> {
  const end = endUnlessEnded(reason, now);
  await store.decideEach(userId, (found) => (found.family.id === spared ? { result: false } : end(found)));
}

export function rowOf(family: Family, policy: Policy, now: number): SessionRow {
  const until = refreshableUntil(family, policy);
  const live = now < until ? 'live' : 'lapsed';
  return {
    sid: family.id,
    username: family.userId,
    clientId: family.clientId,
    status: family.revokedAt === null ? live : 'revoked',
    createdAt: family.createdAt,
    lastRotatedAt: family.lastRotatedAt,
    refreshableUntil: until,
    sessionEndsAt: family.absoluteExpiresAt,
    generation: family.generation,
    revokedAt: family.revokedAt,
    revokeReason: family.revokeReason,
    deviceLabel: family.deviceLabel,
  };
}
