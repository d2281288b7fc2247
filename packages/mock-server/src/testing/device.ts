import { base64url, calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose';
import { digest } from '../tokens/digest.ts';
import { systemRandom } from '../tokens/random.ts';

/** What a proof is about; `header` and `claims` are laid over what an honest client would say. */
export interface ProofAbout {
  readonly method: string;
  readonly url: string;
  readonly now: number;
  readonly nonce?: string | undefined;
  readonly accessToken?: string | undefined;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A device with a key of its own. */
export interface Device {
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  /** RFC 7638 thumbprint. */
  readonly thumbprint: string;
  readonly privateKey: CryptoKey;
  prove(about: ProofAbout): Promise<string>;
}

export async function newDevice(): Promise<Device> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const publicJwk = await exportJWK(pair.publicKey);
  return {
    publicJwk,
    privateJwk: await exportJWK(pair.privateKey),
    thumbprint: await calculateJwkThumbprint(publicJwk),
    privateKey: pair.privateKey,
    async prove({ method, url, now, nonce, accessToken, header, claims }) {
      const honest = {
        jti: base64url.encode(systemRandom(16)),
        htm: method,
        htu: url.replace(/[?#].*$/, ''),
        iat: Math.floor(now / 1_000),
        nonce,
        ath: accessToken === undefined ? undefined : await digest(accessToken),
      };
      return new SignJWT({ ...honest, ...claims })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicJwk, ...header })
        .sign(pair.privateKey, { crit: { extra: true, b64: true } });
    },
  };
}
