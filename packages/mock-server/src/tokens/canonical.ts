import { base64url } from 'jose';

const segment = /^[A-Za-z0-9_-]+$/;

/** Whether a segment of a JWS is base64url as it would be written: no padding, no spare bits. */
export function isCanonical(part: string): boolean {
  if (!segment.test(part)) return false;
  try {
    return base64url.encode(base64url.decode(part)) === part;
  } catch {
    return false;
  }
}

/** What the UTF-8 text in a segment says; null when that is no JSON object. */
export function readObject(part: string): { text: string; value: Record<string, unknown> } | null {
  if (!isCanonical(part)) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(part));
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return { text, value: value as Record<string, unknown> };
  } catch {
    return null;
  }
}
