import type { Lifetimes } from './lifetimes.ts';

/** One session as it is kept: one value, so that the pair is never torn. Times and tokens, no profile. */
export interface SessionRecord extends Lifetimes {
  /** Its local name: new with every login, also where a server gives the same `sid` again. */
  readonly id: string;
  /** The server's name for it. */
  readonly sid: string;
  /** Counts the rotations. */
  readonly generation: number;
  readonly accessToken: string;
  readonly refreshToken: string;
  /**
   * Random secret from which the idempotency key of this pair's rotation is derived. Absent where a key does it that the
   * browser keeps and nobody can read. Which of the two it is, is settled with each pair, so that all tabs agree.
   */
  readonly secret?: string;
  /** Proof that this session may be revoked, and good for nothing else; computed ahead, because a logout has no time to. */
  readonly ticket?: string;
}

/** Whether that is still the very pair. Where a server keeps the refresh token, only the generation tells an older from a newer. */
export function isPair(record: SessionRecord | null, { id, refreshToken, generation }: SessionRecord): boolean {
  return record?.id === id && record.refreshToken === refreshToken && record.generation === generation;
}
