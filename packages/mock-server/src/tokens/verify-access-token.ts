import { compactVerify } from 'jose';
import type { AccessClaims, Issuer } from './access-token.ts';
import { isCanonical, readObject } from './canonical.ts';
import { type SigningKey, verifiesApi } from './signing-keys.ts';

/** Good for an API call: genuine, signed by a key in use, and not expired. */
export interface ValidAccess {
  readonly kind: 'valid-access';
  readonly claims: AccessClaims;
}

/** Once issued by this server, perhaps long expired: good for the logout decision and for nothing else. */
export interface GenuineAccess {
  readonly kind: 'genuine-access';
  readonly subject: string;
  readonly sid: string;
  /** Epoch milliseconds. */
  readonly expiredAt: number;
}

/** Why a token is not genuine. */
export interface ForgedAccess {
  readonly kind: 'forged-access';
  readonly flaw: 'signature' | 'algorithm' | 'content';
}

type Inspected = { readonly kind: 'inspected'; readonly claims: AccessClaims; readonly key: SigningKey };

const longestToken = 8 * 1_024;
const futureLeeway = 60;
const plainHeader: readonly string[] = ['alg', 'kid', 'typ'];

/** @returns the claims, or null for anything an API call must be refused with. */
export async function verifyForApi(issuer: Issuer, token: string, now: number): Promise<ValidAccess | null> {
  const inspected = await inspect(issuer, token, now);
  if (inspected.kind !== 'inspected') return null;
  if (!verifiesApi(inspected.key, now) || now >= inspected.claims.exp * 1_000) return null;
  return { kind: 'valid-access', claims: inspected.claims };
}

/** Every check of {@link verifyForApi} but the expiry, also with keys that were replaced since. */
export async function verifyGenuine(issuer: Issuer, token: string, now: number): Promise<GenuineAccess | ForgedAccess> {
  const inspected = await inspect(issuer, token, now);
  if (inspected.kind !== 'inspected') return inspected;
  const { sub, sid, exp } = inspected.claims;
  return { kind: 'genuine-access', subject: sub, sid, expiredAt: exp * 1_000 };
}

async function inspect(issuer: Issuer, token: string, now: number): Promise<Inspected | ForgedAccess> {
  const segments = token.length <= longestToken ? token.split('.') : [];
  const header = segments.length === 3 ? readCanonicalObject(segments[0] ?? '') : null;
  if (header === null) return forged('content');
  if (header['alg'] !== 'ES256') return forged('algorithm');
  // Anything beyond these three names (jku, jwk, x5u, crit, b64 …) would ask us to trust what the token brings along.
  if (Object.keys(header).some((name) => !plainHeader.includes(name))) return forged('content');
  if (header['typ'] !== 'at+jwt') return forged('content');
  const key = (await issuer.keys.load()).find(({ kid }) => kid === header['kid']);
  if (key === undefined) return forged('content');
  if (!segments.every((part) => isCanonical(part))) return forged('signature');
  const signed = await compactVerify(token, key.publicKey, { algorithms: ['ES256'] }).catch(() => null);
  if (signed === null) return forged('signature');
  const claims = readCanonicalObject(segments[1] ?? '');
  if (claims === null || !isOurs(claims, issuer, now)) return forged('content');
  return { kind: 'inspected', claims: claims as AccessClaims, key };
}

const forged = (flaw: ForgedAccess['flaw']): ForgedAccess => ({ kind: 'forged-access', flaw });

function isOurs(claims: Record<string, unknown>, { issuer, audience }: Issuer, now: number): boolean {
  const text = (name: string) => typeof claims[name] === 'string' && claims[name] !== '';
  const instant = (name: string) => Number.isSafeInteger(claims[name]);
  return (
    claims['iss'] === issuer &&
    claims['aud'] === audience &&
    claims['nbf'] === undefined &&
    (claims['cnf'] === undefined || isKeyConfirmation(claims['cnf'])) &&
    ['sub', 'sid', 'client_id', 'jti'].every(text) &&
    ['iat', 'exp', 'auth_time'].every(instant) &&
    (claims['iat'] as number) <= now / 1_000 + futureLeeway
  );
}

const isKeyConfirmation = (cnf: unknown): boolean =>
  typeof cnf === 'object' && cnf !== null && 'jkt' in cnf && typeof cnf.jkt === 'string';

/**
 * Reads a segment as the JSON object this server would have written. Comparing with what `JSON.stringify` makes of it leaves
 * no room for duplicate members, which parsers disagree about.
 */
function readCanonicalObject(part: string): Record<string, unknown> | null {
  const object = readObject(part);
  return object !== null && JSON.stringify(object.value) === object.text ? object.value : null;
}
