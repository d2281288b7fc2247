import type { AuthStorage } from '../types.ts';

/**
 * The key of the session. What belongs to it is stored beside it, under keys that end in a word; a `storageKey` of the
 * application that ends so, too, gets a word of its own, so that no two keys are the same.
 */
export function recordKeyOf(storageKey: string): string {
  return /:(outbox|refresh|api|session)$/.test(storageKey) ? `${storageKey}:session` : storageKey;
}

/** The key of the session with this API, where the one of another API is in the usual place. */
export function asideKeyOf(recordKey: string, api: string): string {
  return `${recordKey}:${encodeURIComponent(api)}:api`;
}

/** Moves the session that an older version kept under the application's own name for it. */
export function moveFormer(storage: AuthStorage, storageKey: string, recordKey: string): void {
  const former = storageKey === recordKey ? null : storage.getItem(storageKey);
  // What else may be there, the notes of another client, names no token.
  if (!former?.includes('"refreshToken":"') || storage.getItem(recordKey)) return;
  storage.setItem(recordKey, former);
  storage.removeItem(storageKey);
}
