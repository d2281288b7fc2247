const encoder = new TextEncoder();

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** WebCrypto, or `undefined` in an insecure context: there is no rotation key and no ticket there, and all else works. */
function subtle(): SubtleCrypto | undefined {
  return globalThis.crypto?.subtle;
}

/**
 * The revocation ticket of a refresh token: whoever holds it can end that session and nothing else. Kept in place of the
 * token when a logout could not be delivered.
 */
export async function revocationTicket(refreshToken: string): Promise<string | undefined> {
  const digest = await subtle()?.digest('SHA-256', encoder.encode(`revoke:v1:${refreshToken}`));
  return digest && base64url(new Uint8Array(digest));
}

/** The key of a session whose secret is part of its record, where the browser could not keep one. */
export async function keyFromSecret(secret: string): Promise<CryptoKey | null> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return (await subtle()?.importKey('raw', encoder.encode(secret), algorithm, false, ['sign'])) ?? null;
}

/** The same for every attempt, in any tab, to rotate `refreshToken`: a lost answer can be asked for again. */
export async function rotationKey(key: CryptoKey, refreshToken: string): Promise<string> {
  const bytes = encoder.encode(`rotate:v1:${refreshToken}`);
  return base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes)));
}
