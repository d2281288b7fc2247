// Kind: what a login costs must not tell whether there is such a user, nor when the user last logged in.
import { expect, it, vi } from 'vitest';
import { apiOf, direct, testServer } from '../testing/api.ts';
import { cheapPasswordHasher, type PasswordHasher, pbkdf2 } from './password-hasher.ts';
import { createUserDirectory, type UserDirectory } from './user-directory.ts';

const weak = (iterations: number) => pbkdf2({ iterations, weakForTests: true });
const today = weak(1_000);
const account = async (username: string, hasher: PasswordHasher) => ({
  username,
  passwordHash: await hasher.hash('correct horse'),
});

/** The iterations of all key derivations meanwhile, least first. */
async function workOf(work: () => Promise<unknown>): Promise<number[]> {
  const iterations: number[] = [];
  const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
  const spy = vi.spyOn(crypto.subtle, 'deriveBits').mockImplementation((algorithm, ...rest) => {
    iterations.push((algorithm as Pbkdf2Params).iterations);
    return derive(algorithm, ...rest);
  });
  await work();
  spy.mockRestore();
  return iterations.sort((a, b) => a - b);
}

const wrong = (users: UserDirectory, name: string) => workOf(() => users.check(name, 'wrong password'));

it.each([
  ['cheaper than today’s', [500]],
  ['dearer than today’s', [2_000]],
  ['of three kinds', [500, 1_000, 2_000]],
])('a wrong password costs the same for every name where hashes are %s (OX11)', async (_, kinds) => {
  const accounts = await Promise.all(kinds.map((iterations) => account(`user-${iterations}`, weak(iterations))));
  const unreadable = { username: 'broken', passwordHash: '$bcrypt$10$abc' };
  const users = createUserDirectory([...accounts, unreadable, { username: 'without' }], today);
  const works = [];
  for (const name of ['nobody', ...accounts.map(({ username }) => username), 'broken', 'without'])
    works.push(await wrong(users, name));
  for (const work of works) expect(work).toEqual(kinds);
});

it('with no users at all an unknown name costs what today’s hash does (OX11)', async () => {
  expect(await wrong(createUserDirectory([], today), 'nobody')).toEqual([1_000]);
});

it('once the last old hash was renewed, or its user disabled, nobody pays for it any more (OX11)', async () => {
  const users = createUserDirectory([await account('old', weak(500)), await account('older', weak(250))], today);
  expect(await wrong(users, 'nobody')).toEqual([250, 500]);
  await users.check('old', 'correct horse');
  expect(await wrong(users, 'nobody')).toEqual([250, 1_000]);
  await users.disable('older');
  expect(await wrong(users, 'nobody')).toEqual([1_000]);
  expect(await wrong(users, 'older')).toEqual([1_000]);
});

it('right logins at once, while a hash is renewed, are all right, and stay valid (OX11)', async () => {
  const users = createUserDirectory([await account('ada', weak(500))], today);
  const checked = await Promise.all(Array.from({ length: 8 }, () => users.check('ada', 'correct horse')));
  expect(checked.map((user) => user?.isStillValid())).toEqual(Array.from({ length: 8 }, () => true));
});

it('a password changed while its hash is renewed is the one that counts (OX11)', async () => {
  const old = await account('ada', weak(500));
  let meanwhile = async () => {};
  const slow = {
    ...today,
    hash: async (password: string) => {
      await meanwhile();
      return today.hash(password);
    },
  };
  const users = createUserDirectory([old], slow);
  meanwhile = async () => {
    meanwhile = async () => {};
    await users.setPassword('ada', 'another password');
  };
  expect(await users.check('ada', 'correct horse')).toBeNull();
  expect((await users.check('ada', 'another password'))?.isStillValid()).toBe(true);
  meanwhile = async () => {};
  const again = createUserDirectory([old], slow);
  meanwhile = async () => {
    meanwhile = async () => {};
    await again.setPassword('ada', 'correct horse');
  };
  expect((await again.check('ada', 'correct horse'))?.isStillValid()).toBe(true);
});

it('a renewed hash is saved, and what another server saved meanwhile is taken (OX11)', async () => {
  const old = await account('ada', weak(500));
  const kept = new Map([['ada', old.passwordHash]]);
  const renew = async (username: string, present: string, next: string) => {
    if (kept.get(username) === present) kept.set(username, next);
    return kept.get(username) ?? null;
  };
  const servers = [1, 2].map(() => createUserDirectory([old], today, renew));
  for (const users of servers) expect((await users.check('ada', 'correct horse'))?.isStillValid()).toBe(true);
  expect(kept.get('ada')).toContain('$i=1000$');
  expect(
    await createUserDirectory([{ username: 'ada', passwordHash: kept.get('ada') ?? '' }], today).check(
      'ada',
      'correct horse',
    ),
  ).not.toBeNull();

  const late = createUserDirectory([old], today, renew);
  kept.set('ada', await today.hash('changed elsewhere'));
  expect(await late.check('ada', 'correct horse')).toBeNull();
  expect(await late.check('ada', 'correct horse')).toBeNull();
  expect((await late.check('ada', 'changed elsewhere'))?.isStillValid()).toBe(true);

  kept.delete('ada');
  expect(await createUserDirectory([old], today, renew).check('ada', 'correct horse')).toBeNull();
});

it('a login is right although its renewed hash cannot be saved, and is tried again (OX11)', async () => {
  let tries = 0;
  const failing = () => {
    tries += 1;
    return Promise.reject(new Error('The database is away.'));
  };
  const users = createUserDirectory([await account('ada', weak(500))], cheapPasswordHasher(), failing);
  for (let login = 0; login < 2; login += 1)
    expect((await users.check('ada', 'correct horse'))?.isStillValid()).toBe(true);
  expect(tries).toBe(2);
});

it('a server does the same work for every name, and saves what it renews (OX11)', async () => {
  const saved: string[] = [];
  const { server } = testServer({
    users: [await account('ada', weak(500)), await account('eve', weak(2_000))],
    passwordHasher: today,
    renewPasswordHash: async (username, _present, next) => {
      saved.push(username);
      return next;
    },
  });
  const api = apiOf(direct(server));
  const works = [];
  for (const username of ['ada', 'eve', 'nobody'])
    works.push(await workOf(() => api.login({ username, password: 'wrong' })));
  expect(works).toEqual([
    [500, 2_000],
    [500, 2_000],
    [500, 2_000],
  ]);
  const right = () => api.login({ username: 'ada', password: 'correct horse' });
  expect((await Promise.all([right(), right(), right()])).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(saved).toEqual(['ada']);
});
