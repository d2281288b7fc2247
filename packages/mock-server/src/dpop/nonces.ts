import { base64url } from 'jose';
import { minute } from '../clock/duration.ts';
import { utf8Bytes } from '../tokens/digest.ts';
import { ownBytes, type RandomBytes, systemRandom } from '../tokens/random.ts';

/** Nonces for DPoP proofs (RFC 9449 §8), which need no memory: each is a MAC over the period in which it was given. */
export interface Nonces {
  /** The nonce to give out now. */
  fresh(now: number): Promise<string>;
  /** Those a proof may contain now: the fresh one and the one before it. */
  accepted(now: number): Promise<readonly string[]>;
}

/** How often there is a new one. A nonce is good for at least as long, and at most for twice as long. */
export const noncePeriod: number = 2 * minute;

const algorithm = { name: 'HMAC', hash: 'SHA-256' };

const shortestSecret = 32;

/**
 * Processes with the same `secret` accept each other's nonces. Without one, `random` makes one when it is first needed.
 *
 * @throws RangeError for a secret of less than 32 bytes.
 */
export function createNonces(given: Uint8Array | undefined, random: RandomBytes = systemRandom): Nonces {
  if (given && given.byteLength < shortestSecret)
    throw new RangeError(`dpopNonceSecret needs ${shortestSecret} bytes.`);
  let imported: Promise<CryptoKey> | undefined;
  const key = (): Promise<CryptoKey> => {
    imported ??= crypto.subtle.importKey('raw', given ? ownBytes(given) : random(shortestSecret), algorithm, false, [
      'sign',
    ]);
    return imported;
  };
  const period = (now: number) => Math.floor(now / noncePeriod);

  async function nonceOf(number: number): Promise<string> {
    const mac = await crypto.subtle.sign(algorithm, await key(), utf8Bytes(`dpop-nonce:v1:${number}`));
    return base64url.encode(new Uint8Array(mac));
  }

  return {
    fresh: (now) => nonceOf(period(now)),
    accepted: (now) => Promise.all([nonceOf(period(now)), nonceOf(period(now) - 1)]),
  };
}
