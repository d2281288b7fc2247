import { type AuthError, SessionChangedError } from '../errors.ts';
import { readClaims } from '../token/claims.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { LapsedReason, SignedOutReason } from '../types.ts';

export type OnLoginRequired = (why: LapsedReason | SignedOutReason) => Promise<unknown> | undefined;

export interface LoginWait {
  /**
   * Asks the application to log in again, once for all who wait, and waits for it.
   * @returns the new session of the same user.
   * @throws SessionChangedError for another user; `error` where the application does not ask, or nobody came back.
   */
  sameUser(before: SessionRecord, why: LapsedReason | SignedOutReason, error: AuthError): Promise<SessionRecord>;
  /** Something changed: if another session is there now, or none any more, those who wait look at it. */
  arrived(): void;
}

export function createLoginWait(ask: OnLoginRequired | undefined, read: () => SessionRecord | null): LoginWait {
  let asking: Promise<unknown> | null = null;
  let over = '';
  let arrive = (): void => {};

  const asked = (why: LapsedReason | SignedOutReason): Promise<unknown> | undefined => {
    try {
      return ask?.(why);
    } catch (cause) {
      return Promise.reject(cause);
    }
  };

  return {
    async sameUser(before, why, error) {
      over = before.id;
      const answer = asking ? null : asked(why);
      if (answer) {
        const arrival = new Promise<void>((resolve) => {
          arrive = resolve;
        });
        // Settles when the application has logged in, or a login or a logout came from elsewhere.
        asking = Promise.race([arrival, answer]).finally(() => {
          asking = null;
        });
      }
      if (!asking) throw error;
      await asking.catch(() => {
        throw error;
      });
      const record = read();
      if (!record || record.id === before.id) throw error;
      const user = readClaims(before.accessToken)?.sub;
      if (!user || readClaims(record.accessToken)?.sub !== user) throw new SessionChangedError();
      return record;
    },
    arrived() {
      if (read()?.id !== over) arrive();
    },
  };
}
