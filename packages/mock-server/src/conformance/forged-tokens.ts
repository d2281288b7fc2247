import { base64url, exportSPKI, importJWK, type JWK, SignJWT } from 'jose';
import { type JsonObject, jsonObjectIn } from './answer.ts';
import { Unchecked } from './violation.ts';

export interface AccessTokenParts {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

const encoded = (value: unknown): string => base64url.encode(JSON.stringify(value));

/** What an access token says, unverified. Null for what is no JWT. */
export function readAccessToken(token: string): AccessTokenParts | null {
  const parts = token.split('.');
  const [header, claims] = parts.map((part) => jsonObjectIn(decoded(part)));
  return parts.length !== 3 || !header || !claims ? null : { header, claims };
}

const decoded = (part: string): string => {
  try {
    return new TextDecoder().decode(base64url.decode(part));
  } catch {
    return '';
  }
};

/** @throws Unchecked for what is no JWT. */
function partsOf(token: string): AccessTokenParts & { raw: readonly [string, string, string] } {
  const parts = readAccessToken(token);
  const [header = '', claims = '', signature = ''] = token.split('.');
  if (parts === null) throw new Unchecked('The access token is no JWT, so that none can be forged.');
  return { ...parts, raw: [header, claims, signature] };
}

/** The same header and claims, with a signature that is none of the server's. */
export function withForgedSignature(token: string): string {
  const [header, claims, signature] = partsOf(token).raw;
  const bytes = base64url.decode(signature);
  return `${header}.${claims}.${base64url.encode(bytes.map((byte) => byte ^ 0x5a))}`;
}

/** The same claims, said to need no signature. */
export function withoutSignature(token: string): string {
  const { header, raw } = partsOf(token);
  return `${encoded({ ...header, alg: 'none' })}.${raw[1]}.`;
}

/** Other claims under the same signature. */
export function withOtherClaims(token: string, claims: JsonObject): string {
  const { claims: own, raw } = partsOf(token);
  return `${raw[0]}.${encoded({ ...own, ...claims })}.${raw[2]}`;
}

/** Signed with what everybody knows of the key, taken for a secret. */
export async function signedWithPublicKey(token: string, jwk: JWK): Promise<string> {
  const { header, claims } = partsOf(token);
  const spki = await importJWK(jwk, String(header['alg']))
    .then((key) => exportSPKI(key as CryptoKey))
    .catch(() => {
      throw new Unchecked('The published key of the access token cannot be read.');
    });
  const secret = new TextEncoder().encode(spki);
  return new SignJWT({ ...claims }).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret);
}
