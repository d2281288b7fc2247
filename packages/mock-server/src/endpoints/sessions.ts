import { empty, json } from '../http/answer.ts';
import { Refusal } from '../http/refusal.ts';
import { refreshableUntil } from '../policy.ts';
import { endUnlessEnded } from '../rules/revocation.ts';
import { revokeAll } from '../session-administration.ts';
import { type AccessParts, requireRecentLogin } from './access.ts';
import type { EndpointHandler, ServerParts } from './endpoint.ts';
import type { OwnerCheck } from './owner.ts';

type Parts = AccessParts & Pick<ServerParts, 'policy'>;

const seconds = (instant: number | null) => (instant === null ? null : Math.floor(instant / 1_000));

/** Of the sessions that ended the last ones, and of the others all that the policy lets a user have, up to a thousand. */
const endedShown = 100;
const mostShown = 1_000;

/** `GET auth/sessions`: the user's own, the ended ones with the reason. Instants in epoch seconds. */
export function sessionsEndpoint(parts: Parts): EndpointHandler {
  return async (exchange) => {
    const { claims } = await requireRecentLogin(parts, exchange);
    const unended = Math.min(Math.max(parts.policy.maxSessions, endedShown), mostShown);
    const sessions = await parts.store.recent(claims.sub, { unended, ended: endedShown });
    return json({
      sessions: sessions.map((family) => ({
        sid: family.id,
        current: family.id === claims.sid,
        created_at: seconds(family.createdAt),
        last_used_at: seconds(family.lastRotatedAt),
        refreshable_until: seconds(refreshableUntil(family, parts.policy)),
        expires_at: seconds(family.absoluteExpiresAt),
        revoked_at: seconds(family.revokedAt),
        revoke_reason: family.revokeReason,
        device_label: family.deviceLabel,
        user_agent: family.userAgent,
        ip_prefix: family.ipPrefix,
      })),
    });
  };
}

/** `DELETE auth/sessions/{sid}`: ends one; a session of someone else is as good as none. */
export function endSessionEndpoint(parts: Parts & { requireOwner: OwnerCheck }): EndpointHandler {
  return async (exchange) => {
    const { claims } = await parts.requireOwner(exchange);
    const found = await parts.store.decide({ familyId: exchange.rest }, (candidate) => {
      if (candidate === null || candidate.family.userId !== claims.sub) return { result: false };
      return { ...endUnlessEnded('revoked', exchange.now)(candidate), result: true };
    });
    if (!found) throw new Refusal(404, 'not_found', 'There is no such session.');
    return empty(204);
  };
}

/** `POST auth/logout-all`: ends all sessions of the user; `?keep_current=true` spares the caller's. */
export function logoutAllEndpoint(parts: Parts & { requireOwner: OwnerCheck }): EndpointHandler {
  return async (exchange) => {
    const { claims } = await parts.requireOwner(exchange);
    const spared = exchange.url.searchParams.get('keep_current') === 'true' ? claims.sid : undefined;
    const end = { userId: claims.sub, reason: 'logout_all', spared, now: exchange.now };
    await revokeAll(parts.store, end);
    return empty(204);
  };
}
