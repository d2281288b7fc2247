import { decodeJwt } from 'jose';
import { json } from '../http/answer.ts';
import { unauthorized } from '../http/refusal.ts';
import { endUnlessEnded } from '../rules/revocation.ts';
import { verifyForApi } from '../tokens/verify-access-token.ts';
import type { ServerParts } from './endpoint.ts';

interface Presented {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly bearer: string;
  readonly sid: string;
}

/**
 * Two ways in which logout endpoints go wrong, here to be looked at. `'bearer'` refuses an access token that has expired, so
 * whoever comes back after twenty minutes cannot leave. `'nothing'` ends whichever session is named, so a stranger can.
 */
export async function unsafeLogout(
  { issuer, store }: Pick<ServerParts, 'issuer' | 'store'>,
  requires: 'bearer' | 'nothing',
  { accessToken, bearer, sid }: Presented,
  now: number,
): Promise<Response> {
  const token = bearer === '' ? accessToken : bearer;
  const access = requires === 'bearer' ? await verifyForApi(issuer, token, now) : null;
  if (requires === 'bearer' && access === null) throw unauthorized(token === '' ? null : 'invalid_token');
  const familyId = access?.claims.sid ?? (sid === '' ? sessionNamedBy(token) : sid);
  const revoked = await store.decide({ familyId }, endUnlessEnded('logout', now));
  return json({ status: revoked ? 'revoked' : 'already_revoked' });
}

function sessionNamedBy(token: string): string {
  try {
    return String(decodeJwt(token)['sid'] ?? '');
  } catch {
    return '';
  }
}
