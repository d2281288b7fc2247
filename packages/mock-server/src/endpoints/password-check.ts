import { Refusal, tooManyRequests, unavailable } from '../http/refusal.ts';
import { networksAround } from '../limits/counted-address.ts';
import type { LoginLimits } from '../limits/login-limits.ts';
import type { Turns } from '../limits/turns.ts';
import { isTooLong } from '../users/acceptable-password.ts';
import type { CheckedUser, UserDirectory } from '../users/user-directory.ts';
import type { Exchange } from './endpoint.ts';

/** Checks a password within the limits. An unknown user and a wrong password are one refusal, after the same work. */
export type PasswordCheck = (
  credentials: {
    readonly username: string;
    readonly password: string;
    /** Names the session whose ticket came along: the user's own device, if the session is the user's. */
    readonly device?: string | null;
  },
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
  return async ({ username, password, device = null }, { address, now }) => {
    const attempt = { username, address, device };
    const whose = { share: networksAround(address ?? '').share, first: logins.isKnown(attempt, now) };
    const check = async () => {
      const wait = logins.waitFor(attempt, now);
      if (wait > 0) throw tooManyRequests(wait);
      const checked = isTooLong(password) ? null : await users.check(username, password);
      if (checked === null) {
        logins.failed(attempt, now);
        throw wrongPassword();
      }
      logins.succeeded(attempt, now);
      return checked;
    };
    const user = await hashing.run(`${username}\n${device ?? address ?? ''}`, check, whose);
    if (user === null) throw unavailable('Too many logins at once.');
    return user;
  };
}
