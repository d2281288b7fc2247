import type { ProofParts } from '../dpop/proof-parts.ts';
import { invalidGrant, type Refusal, tooManyRequests } from '../http/refusal.ts';
import type { AttemptLimits } from '../limits/attempt-limits.ts';
import type { RequestEntry } from '../log/request-log.ts';
import type { SecurityLog } from '../log/security-log.ts';
import type { Policy } from '../policy.ts';
import type { SessionTokens } from '../sessions/session-tokens.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { Issuer } from '../tokens/access-token.ts';
import type { UserDirectory } from '../users/user-directory.ts';

/** One request on its way through the server. */
export interface Exchange {
  readonly request: Request;
  readonly url: URL;
  /** The one instant that every check of this request uses. */
  readonly now: number;
  readonly basePath: string;
  /** What follows the endpoint's path. */
  readonly rest: string;
  readonly clientIp: string | undefined;
  /** What limits count for the client's address; undefined when the mount does not know it. */
  readonly address: string | undefined;
  readonly entry: RequestEntry;
}

/** Answers, or throws a `Refusal`. */
export type EndpointHandler = (exchange: Exchange) => Promise<Response>;

/** What endpoints are made of; each takes the parts it needs. */
export interface ServerParts extends ProofParts {
  readonly policy: Policy;
  readonly store: SessionStore;
  readonly issuer: Issuer;
  readonly users: UserDirectory;
  readonly sessionTokens: SessionTokens;
  readonly securityLog: SecurityLog;
  /** Counts requests with tokens nobody knows, per client address. */
  readonly guesses: AttemptLimits;
}

/**
 * Refuses an address that has shown too many unknown tokens. To be asked only about a further token that nobody knows: whoever
 * holds one that is known is served, whatever others do at the same address. Without an address there is nobody to count for.
 */
export function refuseGuessing({ guesses }: Pick<ServerParts, 'guesses'>, { address, now }: Exchange): void {
  const wait = address === undefined ? 0 : guesses.waitFor(address, now);
  if (wait > 0) throw tooManyRequests(wait);
}

/** Notes a token that nobody knows. Deliberately not per session: a stolen access token must not slow its owner down. */
export function countGuess(parts: Pick<ServerParts, 'guesses' | 'securityLog'>, exchange: Exchange): Refusal {
  refuseGuessing(parts, exchange);
  const { address, now } = exchange;
  if (address !== undefined) parts.guesses.failed(address, now);
  parts.securityLog.add({ type: 'unrecognised_token', at: now, sid: null, username: null });
  return invalidGrant('invalid');
}
