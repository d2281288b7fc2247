import { base64url, SignJWT } from 'jose';
import type { RandomBytes } from './random.ts';
import type { SigningKey, SigningKeys } from './signing-keys.ts';

/** What an access token says (RFC 9068 §2.2), times in epoch seconds. */
export interface AccessClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly client_id: string;
  readonly sid: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly auth_time: number;
  /** The key the token is bound to (RFC 9449 §6.1). */
  readonly cnf?: { readonly jkt: string } | undefined;
  readonly [claim: string]: unknown;
}

export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: Pick<SigningKeys, 'load'>;
  readonly random: RandomBytes;
}

export interface AccessGrant {
  readonly sub: string;
  readonly clientId: string;
  readonly sid: string;
  readonly authenticatedAt: number;
  /** The token never outlives this. Epoch milliseconds. */
  readonly sessionEndsAt: number;
  /** Thumbprint of the key the token is bound to; null for one whoever holds it may use. */
  readonly deviceKey: string | null;
  /** Milliseconds. */
  readonly lifetime: number;
  readonly claims: Readonly<Record<string, unknown>>;
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);

export async function issueAccessToken(
  { issuer, audience, key, random }: Omit<Issuer, 'keys'> & { key: SigningKey | undefined },
  grant: AccessGrant,
  now: number,
): Promise<{ token: string; expiresIn: number }> {
  if (key === undefined) throw new Error('There is no signing key.');
  const iat = seconds(now);
  const exp = Math.min(iat + seconds(grant.lifetime), seconds(grant.sessionEndsAt));
  const claims: AccessClaims = {
    // First, so that no user's claims can stand in for the server's own.
    ...grant.claims,
    iss: issuer,
    aud: audience,
    sub: grant.sub,
    client_id: grant.clientId,
    sid: grant.sid,
    jti: base64url.encode(random(16)),
    iat,
    exp,
    auth_time: seconds(grant.authenticatedAt),
    // Tokens are good from the start, and those that say otherwise are refused.
    nbf: undefined,
    cnf: grant.deviceKey === null ? undefined : { jkt: grant.deviceKey },
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })
    .sign(key.privateKey);
  return { token, expiresIn: Math.max(0, exp - iat) };
}
