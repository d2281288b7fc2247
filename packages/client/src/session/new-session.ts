import type { Platform } from '../platform.ts';
import { readClaims, sessionIdOf } from '../token/claims.ts';
import type { Lifetimes } from '../token/lifetimes.ts';
import { base64url } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { Claims, TokenResponse } from '../types.ts';

/**
 * The record of a session that begins with this token response, which has an access token and a refresh token.
 * @param lifetimes reads the instants, given what the access token claims.
 */
export function newSession(
  response: TokenResponse,
  random: Platform['random'],
  lifetimes: (claims: Readonly<Claims> | null) => Lifetimes,
): SessionRecord {
  const { access_token: accessToken, refresh_token: refreshToken = '' } = response;
  const claims = readClaims(accessToken);
  const name = (bytes: number): string => base64url(random(bytes));
  return {
    id: name(9),
    sid: sessionIdOf(response, claims) ?? name(12),
    generation: 0,
    accessToken,
    refreshToken,
    secret: name(32),
    ...lifetimes(claims),
  };
}
