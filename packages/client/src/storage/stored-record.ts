import type { SessionRecord } from '../token/session-record.ts';

/** The layout version this code writes. */
const layout = 1;

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isInstant(value: unknown): boolean {
  return value === null || Number.isFinite(value);
}

/** Reads what is under the key. Anything but a whole record of a known layout is no session; nothing here throws. */
export function parseRecord(raw: string | null): SessionRecord | null {
  if (raw === null) return null;
  let value: (Partial<SessionRecord> & { v?: unknown }) | null;
  try {
    value = JSON.parse(raw) as typeof value;
  } catch {
    return null;
  }
  const whole =
    typeof value === 'object' &&
    value?.v === layout &&
    [value.id, value.sid, value.accessToken, value.refreshToken, value.secret ?? 'kept elsewhere'].every(isText) &&
    [value.accessExpiresAt, value.refreshableUntil, value.sessionEndsAt].every(isInstant) &&
    Number.isFinite(value.generation) &&
    Number.isFinite(value.savedAt) &&
    Number.isFinite(value.clockSkew);
  return whole ? (value as SessionRecord) : null;
}

export function encodeRecord(record: SessionRecord): string {
  return JSON.stringify({ ...record, v: layout });
}
