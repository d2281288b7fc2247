import { ConfigurationError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import { readClaims } from '../token/claims.ts';
import { lifetimesOf } from '../token/lifetimes.ts';
import { base64url } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { TokenResponse } from '../types.ts';

/**
 * The record of a session that begins with this token response.
 * @param sentAt when the request that brought it was sent.
 * @throws ConfigurationError for a response without an access token and a refresh token.
 */
export function newSession(response: TokenResponse, sentAt: number, random: Platform['random']): SessionRecord {
  const { access_token: accessToken, refresh_token: refreshToken, sid } = response;
  if (typeof accessToken !== 'string' || !accessToken || typeof refreshToken !== 'string' || !refreshToken) {
    throw new ConfigurationError('A session needs an access token and a refresh token.');
  }
  const claims = readClaims(accessToken);
  const known = [sid, claims?.['sid']].find((id) => typeof id === 'string' && id !== '');
  return {
    id: base64url(random(9)),
    sid: (known as string | undefined) ?? base64url(random(12)),
    generation: 0,
    accessToken,
    refreshToken,
    secret: base64url(random(32)),
    ...lifetimesOf(response, claims, sentAt),
  };
}
