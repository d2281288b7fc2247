import { base64url } from 'jose';
import { utf8Bytes } from './digest.ts';
import type { RandomBytes } from './random.ts';

/**
 * The successor of a refresh token, readable only by whoever holds the old token and what it was exchanged with: the
 * server that keeps the ciphertext has no key for it. `context` is the hash of the old token, which names one family.
 */
interface Exchange {
  refreshToken: string;
  /** The Idempotency-Key, or the thumbprint of the key that signed the proof. */
  exchangedWith: string;
  context: string;
}

const nonceLength = 12;

export async function sealSuccessor(successor: string, exchange: Exchange, random: RandomBytes): Promise<string> {
  const nonce = random(nonceLength);
  const sealed = await crypto.subtle.encrypt(cipher(nonce, exchange), await keyFor(exchange), utf8Bytes(successor));
  const bytes = new Uint8Array(nonceLength + sealed.byteLength);
  bytes.set(nonce);
  bytes.set(new Uint8Array(sealed), nonceLength);
  return base64url.encode(bytes);
}

/** @throws OperationError when the old token, the key or the row is another. */
export async function openSuccessor(ciphertext: string, exchange: Exchange): Promise<string> {
  const bytes = new Uint8Array(base64url.decode(ciphertext));
  const nonce = bytes.slice(0, nonceLength);
  const opened = await crypto.subtle.decrypt(cipher(nonce, exchange), await keyFor(exchange), bytes.slice(nonceLength));
  return new TextDecoder().decode(opened);
}

const cipher = (nonce: Uint8Array<ArrayBuffer>, { context }: Exchange): AesGcmParams => ({
  name: 'AES-GCM',
  iv: nonce,
  additionalData: utf8Bytes(context),
});

async function keyFor({ refreshToken, exchangedWith }: Exchange): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', utf8Bytes(refreshToken), 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: utf8Bytes(exchangedWith), info: utf8Bytes('latchkey:successor:v1') },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}
