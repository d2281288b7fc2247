import type { Accounts } from '../store/sql/accounts.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import type { UserAccount } from '../users/user-directory.ts';

/** Who can log in now, and who of them got another password than before. */
export interface KeptUsers {
  readonly users: readonly UserAccount[];
  readonly changed: readonly string[];
}

/** Adds users to those in the database; of one who is there already, claims and password become those given. */
export async function keepUsers(
  accounts: Accounts,
  given: readonly UserAccount[],
  hasher: PasswordHasher,
): Promise<KeptUsers> {
  const hashes = new Map((await accounts.load()).map(({ username, passwordHash }) => [username, passwordHash]));
  const saved: UserAccount[] = [];
  const changed: string[] = [];
  // One after the other: a hash takes a lot of memory on purpose.
  for (const { password, passwordHash, ...account } of given) {
    const kept = hashes.get(account.username);
    const same = kept !== undefined && (await fits(kept, password, passwordHash));
    const reused = same && !hasher.isStale(kept) ? kept : undefined;
    const hash = passwordHash ?? reused ?? (await hasher.hash(password ?? ''));
    saved.push({ ...account, passwordHash: hash });
    if (kept !== undefined && !same) changed.push(account.username);
  }
  await accounts.save(saved);
  return { users: await accounts.load(), changed };

  async function fits(kept: string, password?: string, passwordHash?: string): Promise<boolean> {
    return password === undefined ? passwordHash === kept : hasher.verify(password, kept);
  }
}
