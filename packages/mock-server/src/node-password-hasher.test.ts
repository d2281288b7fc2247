import { expect, it } from 'vitest';
import { nodePasswordHasher } from './node-password-hasher.ts';
import { cheapPasswordHasher } from './users/password-hasher.ts';

it.each([
  ['argon2id', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/],
  ['scrypt', /^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/],
] as const)('%s makes strong hashes that only their password fits', async (algorithm, form) => {
  const hasher = nodePasswordHasher({ algorithm });
  const hash = await hasher.hash('correct horse');
  expect(hash).toMatch(form);
  expect([await hasher.verify('correct horse', hash), await hasher.verify('wrong horse', hash)]).toEqual([true, false]);
  expect([hasher.isStale(hash), nodePasswordHasher().isStale(hash)]).toEqual([false, algorithm === 'scrypt']);
});

it('takes argon2id where there is a choice, and still knows what the others made', async () => {
  const hasher = nodePasswordHasher();
  const older = await cheapPasswordHasher().hash('correct horse');
  const scrypt = '$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$x';
  expect(await hasher.verify('correct horse', older)).toBe(true);
  expect([hasher.isStale(older), hasher.isStale(scrypt)]).toEqual([true, true]);
});

it.each([
  '',
  '$scrypt$ln=30,r=8,p=1$AAAA$AAAA',
  '$scrypt$ln=17,r=8,p=99$AAAA$AAAA',
  '$argon2id$v=19$m=9999999,t=2,p=1$AAAA$AAAA',
  '$argon2id$v=19$m=19456,t=99,p=1$AAAA$AAAA',
  '$argon2id$nonsense$AAAA$AAAA',
])('nothing fits the hash %j, and it costs nothing to find out', async (hash) => {
  expect(await nodePasswordHasher().verify('correct horse', hash)).toBe(false);
});
