import type { Lifetimes } from './lifetimes.ts';

/** One session as it is kept: one value, so that the pair is never torn. Times and tokens, no profile. */
export interface SessionRecord extends Lifetimes {
  readonly sid: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Random secret of this session, from which the idempotency key of each rotation is derived. */
  readonly secret: string;
  /** Proof that this session may be revoked, and good for nothing else; computed ahead, because a logout has no time to. */
  readonly ticket?: string;
}
