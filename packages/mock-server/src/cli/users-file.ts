import { readFileSync } from 'node:fs';
import { nodePasswordHasher } from '../node-password-hasher.ts';
import { refuseUnlessAcceptable } from '../users/acceptable-password.ts';
import { createUserDirectory, type UserAccount } from '../users/user-directory.ts';
import { Failure, reasonOf } from './failure.ts';

/**
 * Reads who can log in.
 *
 * @throws Failure for a file that cannot be read or holds something else. It never quotes the file: there are passwords in it.
 */
export function readUsersFile(path: string): readonly UserAccount[] {
  const users = parsed(path, readText(path));
  if (!Array.isArray(users)) throw wrong(path, 'holds no list of users');
  const accounts = users.map((user: unknown, index) => accountIn(user, () => wrong(path, problemOf(index))));
  try {
    createUserDirectory(accounts, nodePasswordHasher());
  } catch (error) {
    throw wrong(path, `cannot be used: ${reasonOf(error)}`);
  }
  return accounts;
}

/** @throws Failure for a password that a person must not have. It names the user only. */
export async function refuseWeakPasswords(path: string, accounts: readonly UserAccount[]): Promise<void> {
  for (const { username, password } of accounts) {
    if (password === undefined) continue;
    await refuseUnlessAcceptable(password).catch((error: unknown) => {
      const choice = 'Choose another one, or take it for a demo with --weak-passwords';
      throw wrong(path, `has a weak password for "${username}": ${reasonOf(error)}. ${choice}`);
    });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure(`The users file "${path}" cannot be read: ${reasonOf(error)}.`, 1, { cause: error });
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(path, 'is no JSON');
  }
}

function accountIn(user: unknown, problem: () => Failure): UserAccount {
  if (typeof user !== 'object' || user === null) throw problem();
  const { username, password, passwordHash, claims } = user as Record<string, unknown>;
  if (typeof username !== 'string' || username === '') throw problem();
  if (typeof (password ?? passwordHash) !== 'string') throw problem();
  if (claims !== undefined && (typeof claims !== 'object' || claims === null || Array.isArray(claims))) throw problem();
  return {
    username,
    ...(typeof password === 'string' ? { password } : { passwordHash: String(passwordHash) }),
    ...(claims !== undefined && { claims: claims as Record<string, unknown> }),
  };
}

const problemOf = (index: number) =>
  `has a user (number ${index + 1}) who is not { "username": "…", "password": "…", "claims": { … } }`;

const wrong = (path: string, what: string) => new Failure(`The users file "${path}" ${what}.`, 1);
