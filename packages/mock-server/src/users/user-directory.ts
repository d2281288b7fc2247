import { refuseTooLong, refuseUnlessAcceptable } from './acceptable-password.ts';
import type { PasswordHasher } from './password-hasher.ts';

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

interface Entry {
  readonly passwordHash: string;
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
 * Knows the users. Passwords given in the clear are hashed at the first login, all of them before anyone is answered, so that
 * creating a server costs nothing and the first answer does not tell who exists.
 */
export function createUserDirectory(accounts: readonly UserAccount[], hasher: PasswordHasher): UserDirectory {
  const claims = new Map(accounts.map((account) => [account.username, account.claims ?? {}]));
  if (claims.size !== accounts.length) throw new RangeError('Two users have the same username.');
  for (const { password = '' } of accounts) refuseTooLong(password);
  let hashing: Promise<Map<string, Entry>> | undefined;

  const entries = (): Promise<Map<string, Entry>> => {
    hashing ??= hashAll(accounts, hasher);
    return hashing;
  };

  const refuseUnlessKnown = (username: string): void => {
    if (!claims.has(username)) throw new RangeError(`There is no user "${username}".`);
  };

  return {
    has: (username) => claims.has(username),
    claimsOf: (username) => claims.get(username) ?? {},

    async check(username, password) {
      const users = await entries();
      const entry = users.get(username);
      if (entry === undefined) {
        await hasher.waste(password);
        return null;
      }
      if (!(await hasher.verify(password, entry.passwordHash))) return null;
      let valid = entry;
      if (hasher.isStale(entry.passwordHash) && users.get(username) === entry) {
        const passwordHash = await hasher.hash(password);
        if (users.get(username) !== entry) return null;
        valid = { passwordHash };
        users.set(username, valid);
      }
      return { username, isStillValid: () => users.get(username) === valid };
    },

    async setPassword(username, password) {
      refuseUnlessKnown(username);
      await refuseUnlessAcceptable(password);
      const users = await entries();
      const passwordHash = await hasher.hash(password);
      users.set(username, { passwordHash });
    },

    async disable(username) {
      refuseUnlessKnown(username);
      (await entries()).delete(username);
    },
  };
}

async function hashAll(accounts: readonly UserAccount[], hasher: PasswordHasher): Promise<Map<string, Entry>> {
  const users = new Map<string, Entry>();
  for (const { username, password, passwordHash } of accounts) {
    const hash = passwordHash ?? (password === undefined ? undefined : await hasher.hash(password));
    if (hash !== undefined) users.set(username, { passwordHash: hash });
  }
  return users;
}
