import { base64url, decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';
import { newSigningKey, type SigningKeys } from '../tokens/signing-keys.ts';

const encoded = (value: unknown): string => base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));

const part = (token: string, index: number): string => token.split('.')[index] ?? '';

/** The same claims without a signature. */
export const unsigned = (token: string, alg = 'none'): string =>
  `${encoded({ ...decodeProtectedHeader(token), alg })}.${part(token, 1)}.`;

/** The same header and claims, signed by somebody else. */
export async function signedByStranger(token: string): Promise<string> {
  const { privateKey } = await newSigningKey();
  return resign(token, privateKey);
}

/** Changes claims or header and signs with the server's own key, as only a server gone wrong could. */
export async function signedByServer(
  keys: SigningKeys,
  token: string,
  changes: { claims?: JWTPayload; header?: Record<string, unknown> } = {},
): Promise<string> {
  const [key] = await keys.load();
  if (key === undefined) throw new Error('There is no signing key.');
  return resign(token, key.privateKey, changes);
}

async function resign(
  token: string,
  privateKey: CryptoKey,
  { claims, header }: { claims?: JWTPayload; header?: Record<string, unknown> } = {},
): Promise<string> {
  const protectedHeader = { ...decodeProtectedHeader(token), ...header };
  return new SignJWT({ ...decodeJwt(token), ...claims })
    .setProtectedHeader(protectedHeader as { alg: string })
    .sign(privateKey, { crit: { b64: true, extra: true } });
}

/** Signs exactly this text, whether or not it is what a JWT library would write. */
export async function signedText(keys: SigningKeys, header: string, payload: string): Promise<string> {
  const [key] = await keys.load();
  if (key === undefined) throw new Error('There is no signing key.');
  const input = `${encoded(header)}.${encoded(payload)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(algorithm, key.privateKey, new TextEncoder().encode(input));
  return `${input}.${base64url.encode(new Uint8Array(signature))}`;
}
