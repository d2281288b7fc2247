import { type PresentedAccess, presentedAccess } from '../http/authorization.ts';
import { downgraded, dpopUnauthorized, Refusal, unauthorized } from '../http/refusal.ts';
import type { Policy } from '../policy.ts';
import type { Family } from '../store/session-store.ts';
import { type ValidAccess, verifyForApi } from '../tokens/verify-access-token.ts';
import { readProof, spendProof } from './device-key.ts';
import type { Exchange, ServerParts } from './endpoint.ts';

/** What it takes to let a request in. */
export type AccessParts = Pick<ServerParts, 'issuer' | 'store' | 'securityLog' | 'seenProofs' | 'nonces'>;

/** What of a request decides. */
type Presented = Pick<Exchange, 'request' | 'url' | 'now'>;

/**
 * Lets a request for a protected resource in: only with an access token that is valid now and whose session still lives, and
 * if the token is bound to a key, only with a proof by that key. The session is looked up each time, so revoking it takes effect
 * at once.
 */
export async function requireAccess(
  parts: AccessParts,
  exchange: Presented,
): Promise<ValidAccess & { readonly family: Family }> {
  const presented = presentedAccess(exchange.request);
  if (presented === null) throw unauthorized(null);
  const refused = () =>
    presented.scheme === 'DPoP' ? dpopUnauthorized('invalid_token') : unauthorized('invalid_token');
  const { token } = presented;
  const access = token === null ? null : await verifyForApi(parts.issuer, token, exchange.now);
  const family = access === null ? null : await parts.store.find(access.claims.sid);
  if (token === null || access === null || family === null || family.revokedAt !== null) throw refused();
  await requireBinding(parts, exchange, { ...presented, token }, access);
  return { ...access, family };
}

/** No downgrade: a bound token is good with its proof only, and no token becomes a bound one by coming with a proof. */
async function requireBinding(
  parts: AccessParts,
  exchange: Presented,
  { scheme, token }: PresentedAccess & { token: string },
  { claims }: ValidAccess,
): Promise<void> {
  const deviceKey = claims.cnf?.jkt;
  if (scheme === 'Bearer' && deviceKey === undefined) return;
  const notProven = (refusal: Error) => {
    parts.securityLog.add({ type: 'key_not_proven', at: exchange.now, sid: claims.sid, username: claims.sub });
    return refusal;
  };
  if (scheme === 'Bearer') throw notProven(downgraded());
  if (deviceKey === undefined) throw dpopUnauthorized('invalid_token', 'The access token is not bound to a key.');
  const proof = await readProof(parts, exchange, { accessToken: token, refuse: dpopUnauthorized });
  if (proof.deviceKey !== deviceKey) {
    throw notProven(dpopUnauthorized('invalid_token', 'The access token is bound to another key.'));
  }
  spendProof(parts, proof, exchange.now, dpopUnauthorized);
}

/** The same for what only a recent login may do (RFC 9470). */
export async function requireRecentLogin(
  parts: AccessParts & Pick<ServerParts, 'policy'>,
  exchange: Exchange,
): Promise<ValidAccess> {
  const access = await requireAccess(parts, exchange);
  refuseOldLogin(parts, exchange, access);
  return access;
}

export function refuseOldLogin({ policy }: Pick<ServerParts, 'policy'>, { now }: Exchange, access: ValidAccess): void {
  if (now - access.claims.auth_time * 1_000 > policy.reauthenticateAfter) throw stepUp(policy, access);
}

/** Asks for more than the access token (RFC 9470). */
export function stepUp({ reauthenticateAfter }: Policy, { claims }: ValidAccess, description?: string): Refusal {
  const error = 'insufficient_user_authentication';
  const maxAge = `, max_age=${Math.floor(reauthenticateAfter / 1_000)}`;
  const refusal =
    claims.cnf === undefined
      ? unauthorized(error, maxAge)
      : dpopUnauthorized(error, 'A recent login is needed.', maxAge);
  return description === undefined ? refusal : new Refusal(401, error, description, refusal);
}
