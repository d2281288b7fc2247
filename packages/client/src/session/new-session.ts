import type { Platform } from '../platform.ts';
import { readClaims, sessionIdOf } from '../token/claims.ts';
import { lifetimesOf } from '../token/lifetimes.ts';
import { base64url } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { TokenResponse } from '../types.ts';

/**
 * The record of a session that begins with this token response; `null` for one without an access token and a refresh token.
 * @param sentAt when the request that brought it was sent.
 * @param serverTime when it was answered, by the server's own clock, where the answer says so.
 */
export function newSession(
  response: TokenResponse,
  sentAt: number,
  random: Platform['random'],
  serverTime?: number,
): SessionRecord | null {
  const { access_token: accessToken, refresh_token: refreshToken } = response;
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  if (!isText(accessToken) || !isText(refreshToken)) return null;
  const claims = readClaims(accessToken);
  const name = (bytes: number): string => base64url(random(bytes));
  return {
    id: name(9),
    sid: sessionIdOf(response, claims) ?? name(12),
    generation: 0,
    accessToken,
    refreshToken,
    secret: name(32),
    ...lifetimesOf(response, claims, sentAt, null, serverTime),
  };
}
