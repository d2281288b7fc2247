import { NotSignedInError, RefreshUnavailableError, SessionChangedError } from '../errors.ts';
import type { Acquire } from '../session/acquire.ts';
import { readClaims } from '../token/claims.ts';
import type { SessionRecord } from '../token/session-record.ts';
import { type FruitlessRefreshes, remember } from './fruitless-refreshes.ts';

/** What the caller needs of a token. */
export interface TokenNeed {
  readonly minValidity?: number;
  readonly refused?: string;
  readonly signal?: AbortSignal;
}

/** Tokens remembered for being handed out; more than are good at a time, so that late refusals find theirs. */
const capacity = 64;

/**
 * Hands out access tokens for what has no `fetch`, and exchanges those that the API refused, by the rules of `client.fetch`.
 * @param current the record in storage.
 */
export function createAccessTokens(
  { usable, renewed }: Acquire,
  current: () => SessionRecord | null,
  fruitless: FruitlessRefreshes,
): (need: TokenNeed) => Promise<string> {
  /** By token, the session that it was handed out for. */
  const handedOut = new Map<string, string>();
  /** The tokens that were handed out for one that had been refused. */
  const replacements = new Map<string, true>();

  const handOut = async (record: SessionRecord | null): Promise<string> => {
    if (!record) throw new NotSignedInError();
    const { id, accessToken } = record;
    remember(handedOut, accessToken, id, capacity);
    return accessToken;
  };

  /** A token that was never handed out here belongs to the session if it is its own, or says that it is of the same user. */
  const isOfSession = (token: string, { id, accessToken }: SessionRecord): boolean => {
    const owner = handedOut.get(token);
    if (owner || token === accessToken) return (owner ?? id) === id;
    const user = readClaims(token)?.sub;
    return !!user && user === readClaims(accessToken)?.sub;
  };

  const replace = async (refused: string, need: TokenNeed): Promise<string> => {
    const record = current();
    if (!record) throw new NotSignedInError();
    if (!isOfSession(refused, record)) throw new SessionChangedError();
    // Refused late: there is a newer one already.
    if (record.accessToken !== refused) return usable(need, handOut);
    if (replacements.has(refused)) fruitless.note(refused);
    const retryAfter = fruitless.left();
    if (retryAfter > 0) {
      throw new RefreshUnavailableError('The API refused new access tokens, too: it is not about their age.', {
        retryAfter,
      });
    }
    return handOut(await renewed(record, need.signal));
  };

  return async ({ refused, ...need }) => {
    if (!refused) return usable(need, handOut);
    const token = await replace(refused, need);
    remember(replacements, token, true, capacity);
    return token;
  };
}
