import { base64url } from 'jose';
import { utf8Bytes } from './digest.ts';
import { systemRandom } from './random.ts';

const mark = 'sealed:v1:';
const nonceLength = 12;
const shortestSecret = 32;

/**
 * Where the secret comes from that private keys are wrapped with: from anywhere but the database they are kept in. Several secrets
 * make it possible to replace one: the first wraps, all of them open.
 */
export interface KeySecrets {
  /** The secret to wrap with; made where there is none yet. */
  toSeal(): string;
  /** Those to open with, newest first; none where none was made. */
  toOpen(): readonly string[];
  /** Says in an error where the secret comes from. */
  readonly place: string;
}

/** Whether a text was made by `sealText`. */
export const isSealed = (text: string): boolean => text.startsWith(mark);

/** Wraps a text with AES-256-GCM, by a key that HKDF derives from the secret. */
export async function sealText(text: string, secret: string): Promise<string> {
  const nonce = systemRandom(nonceLength);
  const sealed = new Uint8Array(await crypto.subtle.encrypt(cipher(nonce), await keyOf(secret), utf8Bytes(text)));
  const bytes = new Uint8Array(nonceLength + sealed.byteLength);
  bytes.set(nonce);
  bytes.set(sealed, nonceLength);
  return mark + base64url.encode(bytes);
}

/** The text, opened by whichever of the secrets it was wrapped with; null when it was none of them, or the text was changed. */
export async function openText(sealed: string, secrets: readonly string[]): Promise<string | null> {
  const bytes = new Uint8Array(base64url.decode(sealed.slice(mark.length)));
  const [nonce, content] = [bytes.slice(0, nonceLength), bytes.slice(nonceLength)];
  for (const secret of secrets) {
    try {
      const text = await crypto.subtle.decrypt(cipher(nonce), await keyOf(secret), content);
      return new TextDecoder().decode(text);
    } catch {
      // It was wrapped with another one.
    }
  }
  return null;
}

/** @throws RangeError for a secret that could be guessed. The message never holds the secret. */
export function givenSecrets(given: string | readonly string[], place: string): KeySecrets {
  const secrets = typeof given === 'string' ? [given] : [...given];
  const short = secrets.find((secret) => secret.length < shortestSecret);
  const [first] = secrets;
  if (short !== undefined || first === undefined) {
    const came = short === undefined ? 'there is none' : `one has ${short.length}`;
    throw new RangeError(
      `${place} must be a random text of ${shortestSecret} characters or more, and ${came}. Make one with: openssl rand -base64 32`,
    );
  }
  return { toSeal: () => first, toOpen: () => secrets, place };
}

const cipher = (nonce: Uint8Array<ArrayBuffer>): AesGcmParams => ({
  name: 'AES-GCM',
  iv: nonce,
  additionalData: utf8Bytes('latchkey:signing-keys'),
});

async function keyOf(secret: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', utf8Bytes(secret), 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8Bytes('latchkey:signing-keys:v1') },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}
