import { expect, it } from 'vitest';
import { refuseUnlessAcceptable } from './acceptable-password.ts';

it.each(['password', '12345678', 'iloveyou', 'trustno1', 'qwertyuiop', '1q2w3e4r'])(
  'a password that everybody tries first is refused: %s',
  async (password) => {
    await expect(refuseUnlessAcceptable(password)).rejects.toThrow('The password is one of the most common ones.');
  },
);

it.each(['correct horse', 'lovelace', 'Password of mine', 'iloveyou, but not only you'])(
  'another one is nobody’s business: %s',
  async (password) => {
    await expect(refuseUnlessAcceptable(password)).resolves.toBeUndefined();
  },
);

it.each(['', 'seven 7', 'x'.repeat(1_025)])('one of another length is refused', async (password) => {
  await expect(refuseUnlessAcceptable(password)).rejects.toThrow('A password has 8 to 1024 bytes.');
});

it('refuses 3,000 passwords, and says none of them', async () => {
  const { frequentPasswordDigests } = await import('./frequent-passwords.ts');
  expect(atob(frequentPasswordDigests).length).toBe(3_000 * 4);
  const refusal = await refuseUnlessAcceptable('sunshine').catch((error: Error) => error.message);
  expect(refusal).not.toContain('sunshine');
});
