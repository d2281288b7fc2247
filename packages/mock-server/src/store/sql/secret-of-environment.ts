import { givenSecrets, type KeySecrets } from '../../tokens/key-wrapping.ts';

/** Names the environment variable with the secret that private keys are wrapped with; several, newest first, with commas between. */
export const secretVariable = 'LATCHKEY_KEY_SECRET';

export interface KeySecretOptions {
  /**
   * What the private signing keys are wrapped with before they are kept: a random text of 32 characters or more, the same for all
   * servers over one database, and kept elsewhere than the database and its copies. Several, newest first, to replace one: the first
   * wraps, all open. Default: the environment variable `LATCHKEY_KEY_SECRET`.
   *
   * Rejected: a shorter text.
   */
  readonly keySecret?: string | readonly string[];
}

/** The secret as an option or the environment gives it; null when neither does. */
export function secretsGiven({ keySecret }: KeySecretOptions): KeySecrets | null {
  if (keySecret !== undefined) return givenSecrets(keySecret, 'keySecret');
  const text = process.env[secretVariable] ?? '';
  return text === '' ? null : givenSecrets(text.split(','), secretVariable);
}
