import type { UserAccount } from '../../users/user-directory.ts';
import type { Row } from './rows.ts';

/** Users in the database, their passwords as hashes only. */
export interface Accounts {
  /** In the order of their names. */
  load(): Promise<readonly UserAccount[]>;
  /**
   * Adds users, or replaces those of the same name, all or none.
   *
   * @throws RangeError for a password in the clear.
   */
  save(accounts: readonly UserAccount[]): Promise<void>;
  /** Replaces a user's hash if it still is `present`. Returns the hash that is there then; null for a user without one. */
  renew(username: string, present: string, next: string): Promise<string | null>;
}

/** The columns `username`, `password_hash` and `claims`. */
export function accountValues({
  username,
  password,
  passwordHash,
  claims,
}: UserAccount): [string, string | null, string] {
  if (password !== undefined) throw new RangeError('Hash passwords before they are kept.');
  return [username, passwordHash ?? null, JSON.stringify(claims ?? {})];
}

export function accountOf(row: Row): UserAccount {
  const passwordHash = row['password_hash'] as string | null;
  return {
    username: row['username'] as string,
    ...(passwordHash !== null && { passwordHash }),
    claims: JSON.parse(row['claims'] as string) as Record<string, unknown>,
  };
}
