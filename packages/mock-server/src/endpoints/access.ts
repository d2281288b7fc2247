import { bearerOf } from '../http/bearer.ts';
import { unauthorized } from '../http/refusal.ts';
import { type ValidAccess, verifyForApi } from '../tokens/verify-access-token.ts';
import type { Exchange, ServerParts } from './endpoint.ts';

/**
 * Lets a request for a protected resource in: only with an access token that is valid now and whose session still lives.
 * The session is looked up each time, so revoking it takes effect at once.
 */
export async function requireAccess(
  { issuer, store }: Pick<ServerParts, 'issuer' | 'store'>,
  { request, now }: Exchange,
): Promise<ValidAccess> {
  const token = bearerOf(request);
  if (token === null) throw unauthorized(request.headers.has('authorization') ? 'invalid_token' : null);
  const access = await verifyForApi(issuer, token, now);
  const family = access === null ? null : await store.find(access.claims.sid);
  if (access === null || family === null || family.revokedAt !== null) throw unauthorized('invalid_token');
  return access;
}

/** The same for what only a recent login may do (RFC 9470). */
export async function requireRecentLogin(
  parts: Pick<ServerParts, 'issuer' | 'store' | 'policy'>,
  exchange: Exchange,
): Promise<ValidAccess> {
  const access = await requireAccess(parts, exchange);
  const { reauthenticateAfter } = parts.policy;
  if (exchange.now - access.claims.auth_time * 1_000 > reauthenticateAfter) {
    throw unauthorized('insufficient_user_authentication', `, max_age=${Math.floor(reauthenticateAfter / 1_000)}`);
  }
  return access;
}
