import nodeCrypto from 'node:crypto';
import { expect, it, onTestFinished, vi } from 'vitest';
import { nodePasswordHasher } from './node-password-hasher.ts';
import { cheapPasswordHasher } from './users/password-hasher.ts';

it.each([
  ['argon2id', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/],
  ['scrypt', /^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/],
] as const)('%s makes strong hashes that only their password fits', { timeout: 30_000 }, async (algorithm, form) => {
  const hasher = nodePasswordHasher({ algorithm });
  const hash = await hasher.hash('correct horse');
  expect(hash).toMatch(form);
  expect([await hasher.verify('correct horse', hash), await hasher.verify('wrong horse', hash)]).toEqual([true, false]);
  expect([hasher.isStale(hash), nodePasswordHasher().isStale(hash)]).toEqual([false, algorithm === 'scrypt']);
});

it.each(['argon2id', 'scrypt'] as const)('an unknown user costs %s the same work (PWD-3)', async (algorithm) => {
  const asked: string[] = [];
  const spy = vi.spyOn(nodeCrypto, algorithm === 'scrypt' ? 'scrypt' : 'argon2');
  spy.mockImplementation((...inputs: unknown[]) => {
    const done = inputs.pop() as (error: null, key: Buffer) => void;
    // Which salt it is makes no difference, how long it is may.
    asked.push(JSON.stringify(inputs, (_, value) => (value?.type === 'Buffer' ? value.data.length : value)));
    done(null, Buffer.alloc(32));
  });
  onTestFinished(() => spy.mockRestore());
  const hasher = nodePasswordHasher({ algorithm });
  const hash = await hasher.hash('correct horse');
  asked.splice(0);
  await hasher.verify('wrong horse', hash);
  await hasher.waste('wrong horse');
  expect(asked).toEqual([asked[0], asked[0]]);
  expect(asked[0]).toContain(algorithm === 'scrypt' ? '"N":131072' : '"memory":19456');
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
