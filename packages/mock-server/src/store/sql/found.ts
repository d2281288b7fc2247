import type { Family, Found, Token } from '../session-store.ts';

/** Puts together what a rule decides from. `looked` is the token looked up; `recent` are the family's last two. */
export function foundIn(family: Family, recent: readonly Token[], looked?: Token): Found | null {
  const newest = recent.find(({ generation }) => generation === family.generation);
  const parent = recent.find(({ generation }) => generation === family.generation - 1);
  return newest === undefined ? null : { family, token: looked ?? newest, newest, parent: parent ?? null };
}
