import { jwtDecode } from 'jwt-decode';
import type { Claims, TokenResponse } from '../types.ts';

/**
 * The claims inside an access token, unverified, or `null` where it is opaque or odd. Never throws: an access token
 * belongs to the API, the client only peeks (RFC 6749 §1.4).
 */
export function readClaims(accessToken: string): Readonly<Claims> | null {
  try {
    const claims: unknown = jwtDecode(accessToken);
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? Object.freeze(claims as Claims)
      : null;
  } catch {
    return null;
  }
}

/** Whether two access tokens say that they belong to different users. One that does not say belongs to anybody. */
export function isOtherUser(one: string, other: string): boolean {
  const [a, b] = [readClaims(one)?.sub, readClaims(other)?.sub];
  return !!a && !!b && a !== b;
}

/** The server's name for the session of this token response, where it says one. */
export function sessionIdOf({ sid }: TokenResponse, claims: Readonly<Claims> | null): string | undefined {
  return [sid, claims?.['sid']].find((value): value is string => typeof value === 'string' && value !== '');
}
