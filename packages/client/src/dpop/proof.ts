/** A key pair that stays in this browser; only its public half and its name ever travel. */
export interface BoundKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JsonWebKey;
  /** RFC 7638 thumbprint of the public half: what a bound token names in `cnf.jkt`. */
  readonly thumbprint: string;
}

/** What one proof is about. */
export interface ProofFacts {
  readonly method: string;
  readonly url: string;
  /** Epoch milliseconds of the server's clock. */
  readonly now: number;
  /** Given by the server a moment ago. */
  readonly nonce?: string | undefined;
  /** The access token that goes with the proof, if one does. */
  readonly accessToken?: string | undefined;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const encoder = new TextEncoder();

function base64url(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

async function sha256(text: string): Promise<string> {
  return base64url(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
}

/** Makes a key whose private half nobody can read, this code included. */
export async function newBoundKey(): Promise<BoundKey> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  // The members in the order that RFC 7638 §3 prescribes.
  const thumbprint = await sha256(JSON.stringify({ crv, kty, x, y }));
  return { privateKey, publicJwk: { kty, crv, x, y } as JsonWebKey, thumbprint };
}

/** A DPoP proof (RFC 9449 §4.2): this key, for this method and URL, now, once. */
export async function proofOf(key: BoundKey, facts: ProofFacts): Promise<string> {
  const { method, url, now, nonce, accessToken } = facts;
  const part = (value: object): string => base64url(encoder.encode(JSON.stringify(value)));
  const header = part({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicJwk });
  const payload = part({
    jti: base64url(crypto.getRandomValues(new Uint8Array(16))),
    htm: method,
    htu: url.replace(/[?#].*/, ''),
    iat: Math.floor(now / 1000),
    ...(nonce && { nonce }),
    ...(accessToken && { ath: await sha256(accessToken) }),
  });
  const signing = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(signing, key.privateKey, encoder.encode(`${header}.${payload}`));
  return `${header}.${payload}.${base64url(signature)}`;
}
