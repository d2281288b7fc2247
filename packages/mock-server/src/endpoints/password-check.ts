import { Refusal, tooManyRequests, unavailable } from '../http/refusal.ts';
import type { LoginLimits } from '../limits/login-limits.ts';
import type { Turns } from '../limits/turns.ts';
import { isTooLong } from '../users/acceptable-password.ts';
import type { CheckedUser, UserDirectory } from '../users/user-directory.ts';
import type { Exchange } from './endpoint.ts';

/** Checks a password within the limits. An unknown user and a wrong password are one refusal, after the same work. */
export type PasswordCheck = (
  credentials: { readonly username: string; readonly password: string },
  exchange: Pick<Exchange, 'address' | 'now'>,
) => Promise<CheckedUser>;

export const wrongPassword = (): Refusal => new Refusal(400, 'invalid_grant', 'Username or password is wrong.');

export function createPasswordCheck({
  users,
  logins,
  hashing,
}: {
  users: UserDirectory;
  logins: LoginLimits;
  hashing: Turns;
}): PasswordCheck {
  return async ({ username, password }, { address, now }) => {
    const attempt = { username, address };
    const user = await hashing.run(`${username}\n${address ?? ''}`, async () => {
      const wait = logins.waitFor(attempt, now);
      if (wait > 0) throw tooManyRequests(wait);
      const checked = isTooLong(password) ? null : await users.check(username, password);
      if (checked === null) {
        logins.failed(attempt, now);
        throw wrongPassword();
      }
      logins.succeeded(attempt);
      return checked;
    });
    if (user === null) throw unavailable('Too many logins at once.');
    return user;
  };
}
