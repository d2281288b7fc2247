import { expect, it } from 'vitest';
import { cheapPasswordHasher, pbkdf2 } from './password-hasher.ts';
import { createUserDirectory } from './user-directory.ts';

const weak = (iterations: number) => pbkdf2({ iterations, weakForTests: true });

it('a hash says how it was made, never twice the same, and only its password fits', async () => {
  const hasher = weak(1_000);
  const [one, other] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')];
  expect(one).toMatch(/^\$pbkdf2-sha256\$i=1000\$[\w-]{22}\$[\w-]{43}$/);
  expect(other).not.toBe(one);
  expect(await hasher.verify('correct horse', one)).toBe(true);
  expect(await hasher.verify('correct horsf', one)).toBe(false);
});

it('the default costs 600,000 iterations, and less is refused unless no real password is at stake', async () => {
  expect(await pbkdf2().hash('correct horse')).toContain('$i=600000$');
  expect(() => pbkdf2({ iterations: 599_999 })).toThrow(RangeError);
  expect(() => weak(0)).toThrow(RangeError);
  expect(await cheapPasswordHasher().hash('correct horse')).toContain('$i=1000$');
});

it.each(['', 'plain', '$pbkdf2-sha256$i=99999999$AAAA$AAAA', '$argon2id$v=19$m=1$AAAA$AAAA'])(
  'nothing fits the hash %j',
  async (hash) => {
    expect(await weak(1_000).verify('correct horse', hash)).toBe(false);
  },
);

it('a hash of other parameters is checked with its own and made anew at login', async () => {
  const old = await weak(500).hash('correct horse');
  const today = weak(1_000);
  expect([today.isStale(old), weak(500).isStale(old)]).toEqual([true, false]);
  let rehashed = 0;
  const counting = {
    ...today,
    hash: (password: string) => {
      rehashed += 1;
      return today.hash(password);
    },
  };
  const users = createUserDirectory([{ username: 'ada', passwordHash: old }], counting);
  for (let login = 0; login < 2; login += 1) {
    expect((await users.check('ada', 'correct horse'))?.isStillValid()).toBe(true);
  }
  expect(rehashed).toBe(1);
});

it('a user without a password cannot log in, and two of one name cannot be', async () => {
  const users = createUserDirectory([{ username: 'ada' }], weak(1_000));
  expect([users.has('ada'), await users.check('ada', '')]).toEqual([true, null]);
  expect(() => createUserDirectory([{ username: 'ada' }, { username: 'ada' }], weak(1_000))).toThrow(RangeError);
});
