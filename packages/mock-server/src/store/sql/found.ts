import type { Family, Found, Token } from '../session-store.ts';

/**
 * Puts together what a rule decides from. `recent` are the family's last two tokens, `looked` is the token looked up, and
 * `keyUsedFor` the generation that was exchanged with the key looked up.
 */
export function foundIn(
  family: Family,
  recent: readonly Token[],
  looked?: Token,
  keyUsedFor: number | null = null,
): Found | null {
  const newest = recent.find(({ generation }) => generation === family.generation);
  const parent = recent.find(({ generation }) => generation === family.generation - 1);
  return newest === undefined ? null : { family, token: looked ?? newest, newest, parent: parent ?? null, keyUsedFor };
}
