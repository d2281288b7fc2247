const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
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
  const digest = await subtle()?.digest('SHA-256', bytesOf(`revoke:v1:${refreshToken}`));
  return digest && base64url(new Uint8Array(digest));
}

/** The secret as a key that nobody can read. */
export async function keyOf(secret: string): Promise<CryptoKey | undefined> {
  return subtle()?.importKey('raw', bytesOf(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/**
 * The same for every attempt, in any tab, to rotate `refreshToken`: a lost answer can be asked for again.
 * @param key the session's, or the secret in its record where the browser could not keep one.
 */
export async function rotationKey(
  key: CryptoKey | string | undefined,
  refreshToken: string,
): Promise<string | undefined> {
  const hmac = typeof key === 'string' ? await keyOf(key) : key;
  return hmac
    ? base64url(new Uint8Array(await crypto.subtle.sign('HMAC', hmac, bytesOf(`rotate:v1:${refreshToken}`))))
    : undefined;
}
