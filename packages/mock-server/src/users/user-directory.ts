import { refuseTooLong, refuseUnlessAcceptable } from './acceptable-password.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { createPasswordTable, type Entry, type PasswordTable } from './password-table.ts';

/**
 * Someone who can log in. Give either the password or, as a `PasswordHasher` made it, its hash. A test may give a password
 * as short as it likes; what `setPassword` takes must be a real one.
 */
export interface UserAccount {
  readonly username: string;
  readonly password?: string;
  readonly passwordHash?: string;
  /** Go into the access token and the answer of `me`, beside the server's own, which they cannot replace. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Proof that a password was right, for as long as it stays the password. */
export interface CheckedUser {
  readonly username: string;
  isStillValid(): boolean;
}

export interface UserDirectory {
  has(username: string): boolean;
  claimsOf(username: string): Readonly<Record<string, unknown>>;
  /** Null for a wrong password and for a name nobody has, after the same work. */
  check(username: string, password: string): Promise<CheckedUser | null>;
  setPassword(username: string, password: string): Promise<void>;
  /** Takes the password away. */
  disable(username: string): Promise<void>;
}

/**
 * Saves a renewed hash if the one that is kept still is `present`. Returns the hash that is kept then: `next`, or what another server
 * has saved meanwhile; null where the user has no password any more.
 */
export type RenewHash = (username: string, present: string, next: string) => Promise<string | null>;

/**
 * Knows the users. Passwords given in the clear are hashed at the first login, all of them before anyone is answered, so that
 * creating a server costs nothing and the first answer does not tell who exists.
 */
export function createUserDirectory(
  accounts: readonly UserAccount[],
  hasher: PasswordHasher,
  saveRenewed: RenewHash = async (_username, _present, next) => next,
): UserDirectory {
  const claims = new Map(accounts.map((account) => [account.username, account.claims ?? {}]));
  if (claims.size !== accounts.length) throw new RangeError('Two users have the same username.');
  for (const { password = '' } of accounts) refuseTooLong(password);
  let hashing: Promise<PasswordTable> | undefined;

  const entries = (): Promise<PasswordTable> => {
    hashing ??= hashAll(accounts, hasher);
    return hashing;
  };

  const refuseUnlessKnown = (username: string): void => {
    if (!claims.has(username)) throw new RangeError(`There is no user "${username}".`);
  };

  /** Verifies the hash of the user, if there is one, and one of every other cost: the same work whoever it is. */
  async function isRight(users: PasswordTable, entry: Entry | undefined, password: string): Promise<boolean> {
    const others = users.hashesOfOtherCosts(entry?.passwordHash);
    if (entry === undefined && others.length === 0) await hasher.waste(password);
    const right = entry !== undefined && (await hasher.verify(password, entry.passwordHash));
    for (const hash of others) await hasher.verify(password, hash);
    return right;
  }

  /** The user's entry once its hash is of today's parameters; null when the password has become another one meanwhile. */
  async function renewed(
    users: PasswordTable,
    username: string,
    entry: Entry,
    password: string,
  ): Promise<Entry | null> {
    const next = await hasher.hash(password);
    const isUnchanged = () => users.get(username) === entry;
    // A database that is away does not make a right password wrong.
    const kept = isUnchanged()
      ? await saveRenewed(username, entry.passwordHash, next).catch(() => entry.passwordHash)
      : '';
    if (!isUnchanged()) {
      const now = users.get(username);
      if (now === undefined || now.password === entry.password) return now ?? null;
      return (await hasher.verify(password, now.passwordHash)) ? now : null;
    }
    if (kept === null) {
      users.delete(username);
      return null;
    }
    const same = kept === next || kept === entry.passwordHash || (await hasher.verify(password, kept));
    const latest = { passwordHash: kept, password: same ? entry.password : {} };
    users.set(username, latest);
    return same ? latest : null;
  }

  return {
    has: (username) => claims.has(username),
    claimsOf: (username) => claims.get(username) ?? {},

    async check(username, password) {
      const users = await entries();
      const entry = users.get(username);
      if (!(await isRight(users, entry, password)) || entry === undefined) return null;
      const isOutdated = hasher.isStale(entry.passwordHash) && users.get(username) === entry;
      const valid = isOutdated ? await renewed(users, username, entry, password) : entry;
      return valid && { username, isStillValid: () => users.get(username)?.password === valid.password };
    },

    async setPassword(username, password) {
      refuseUnlessKnown(username);
      await refuseUnlessAcceptable(password);
      const users = await entries();
      const passwordHash = await hasher.hash(password);
      users.set(username, { passwordHash, password: {} });
    },

    async disable(username) {
      refuseUnlessKnown(username);
      (await entries()).delete(username);
    },
  };
}

async function hashAll(accounts: readonly UserAccount[], hasher: PasswordHasher): Promise<PasswordTable> {
  const users = createPasswordTable(hasher);
  for (const { username, password, passwordHash } of accounts) {
    const hash = passwordHash ?? (password === undefined ? undefined : await hasher.hash(password));
    if (hash !== undefined) users.set(username, { passwordHash: hash, password: {} });
  }
  return users;
}
