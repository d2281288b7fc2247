import { empty, json } from '../http/answer.ts';
import { Refusal } from '../http/refusal.ts';
import { refreshableUntil } from '../policy.ts';
import { revocation } from '../rules/revocation.ts';
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
      if (candidate.family.revokedAt !== null) return { result: true };
      return { result: true, write: revocation(candidate, 'revoked', exchange.now) };
    });
    if (!found) throw new Refusal(404, 'not_found', 'There is no such session.');
    return empty(204);
  };
}

/** `POST auth/logout-all`: ends all sessions of the user; `?keep_current=true` spares the caller's. */
export function logoutAllEndpoint(parts: Parts & { requireOwner: OwnerCheck }): EndpointHandler {
  return async (exchange) => {
    const { claims } = await parts.requireOwner(exchange);
    const spared = exchange.url.searchParams.get('keep_current') === 'true' ? claims.sid : null;
    await parts.store.decideEach(claims.sub, (found) =>
      found.family.revokedAt !== null || found.family.id === spared
        ? { result: null }
        : { result: null, write: revocation(found, 'logout_all', exchange.now) },
    );
    return empty(204);
  };
}
