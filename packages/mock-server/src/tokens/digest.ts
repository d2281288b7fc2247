import { base64url } from 'jose';

const utf8 = new TextEncoder();

export const utf8Bytes = (text: string): Uint8Array<ArrayBuffer> => utf8.encode(text);

export async function sha256(data: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', typeof data === 'string' ? utf8Bytes(data) : data));
}

/** SHA-256 as base64url: 43 characters. */
export async function digest(text: string): Promise<string> {
  return base64url.encode(await sha256(text));
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** What a log may say of a token: the first 8 hex digits of its SHA-256. */
export async function fingerprint(secret: string): Promise<string> {
  return hex(await sha256(secret)).slice(0, 8);
}

/** Compares two digests in a time that depends on their length alone. */
export function equalDigests(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
