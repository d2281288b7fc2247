import type { PasswordHasher } from './password-hasher.ts';

/** A user's password. A hash that is renewed is the same password still. */
export interface Entry {
  readonly passwordHash: string;
  /** The same object for as long as the password is the same. */
  readonly password: object;
}

/** The passwords of all users, and how many hashes of which cost there are. */
export interface PasswordTable {
  get(username: string): Entry | undefined;
  set(username: string, entry: Entry): void;
  delete(username: string): void;
  /** A hash of every cost that there is, but for the cost of the given one. */
  hashesOfOtherCosts(hash: string | undefined): readonly string[];
}

export function createPasswordTable(hasher: PasswordHasher): PasswordTable {
  const entries = new Map<string, Entry>();
  /** By cost, the hashes of that cost. */
  const byCost = new Map<string, Set<string>>();
  const costOf = (hash: string) => hasher.costOf?.(hash) ?? null;

  function forget(username: string): void {
    const hash = entries.get(username)?.passwordHash;
    const cost = hash === undefined ? null : costOf(hash);
    if (hash === undefined || cost === null) return;
    const hashes = byCost.get(cost);
    hashes?.delete(hash);
    if (hashes?.size === 0) byCost.delete(cost);
  }

  return {
    get: (username) => entries.get(username),
    set(username, entry) {
      forget(username);
      entries.set(username, entry);
      const cost = costOf(entry.passwordHash);
      if (cost === null) return;
      byCost.set(cost, (byCost.get(cost) ?? new Set()).add(entry.passwordHash));
    },
    delete(username) {
      forget(username);
      entries.delete(username);
    },
    hashesOfOtherCosts(hash) {
      const own = hash === undefined ? null : costOf(hash);
      return [...byCost].flatMap(([cost, [some]]) => (cost === own || some === undefined ? [] : [some]));
    },
  };
}
