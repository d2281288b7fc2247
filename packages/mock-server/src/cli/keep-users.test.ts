import { expect, it } from 'vitest';
import type { Accounts } from '../store/sql/accounts.ts';
import { pbkdf2 } from '../users/password-hasher.ts';
import type { UserAccount } from '../users/user-directory.ts';
import { keepUsers } from './keep-users.ts';

const hasher = pbkdf2({ iterations: 10, weakForTests: true });

function emptyAccounts(): Accounts {
  const kept = new Map<string, UserAccount>();
  return {
    load: async () => [...kept.values()],
    renew: async () => null,
    async save(accounts) {
      for (const account of accounts) kept.set(account.username, account);
    },
  };
}

it('keeps users with hashes of their passwords, and those it was given before', async () => {
  const accounts = emptyAccounts();
  const { users, changed } = await keepUsers(
    accounts,
    [{ username: 'ada', password: 'one', claims: { a: 1 } }],
    hasher,
  );
  expect(users).toEqual([{ username: 'ada', passwordHash: expect.stringContaining('$pbkdf2'), claims: { a: 1 } }]);
  expect(changed).toEqual([]);
  const later = await keepUsers(accounts, [{ username: 'eve', passwordHash: 'theirs' }], hasher);
  expect(later.users).toEqual([...users, { username: 'eve', passwordHash: 'theirs' }]);
});

it('tells whose password changed, and keeps the hash of a password that did not', async () => {
  const accounts = emptyAccounts();
  const given = [
    { username: 'ada', password: 'one' },
    { username: 'eve', password: 'two' },
  ];
  const first = await keepUsers(accounts, given, hasher);
  const second = await keepUsers(accounts, [{ username: 'ada', password: 'one', claims: { a: 1 } }], hasher);
  expect(second).toMatchObject({ changed: [], users: [{ ...first.users[0], claims: { a: 1 } }, first.users[1]] });
  const third = await keepUsers(accounts, [{ username: 'ada', password: 'three' }], hasher);
  expect(third.changed).toEqual(['ada']);
  expect(await hasher.verify('three', third.users[0]?.passwordHash ?? '')).toBe(true);
});

it('makes a stale hash anew without calling it a change', async () => {
  const accounts = emptyAccounts();
  await keepUsers(accounts, [{ username: 'ada', password: 'one' }], pbkdf2({ iterations: 9, weakForTests: true }));
  const { users, changed } = await keepUsers(accounts, [{ username: 'ada', password: 'one' }], hasher);
  expect([changed, users[0]?.passwordHash]).toEqual([[], expect.stringContaining('i=10$')]);
});
