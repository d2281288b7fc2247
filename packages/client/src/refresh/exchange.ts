import type { Platform } from '../platform.ts';
import type { KeyVault } from '../storage/key-vault.ts';
import { readClaims, sessionIdOf } from '../token/claims.ts';
import { lifetimesOf } from '../token/lifetimes.ts';
import { revocationTicket, rotationKey } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import { isRefreshToken } from '../token/token-shape.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import { plainUrl } from '../transport/failure-words.ts';
import type { AskOutcome } from '../transport/judgement.ts';

/** The outcome of one exchange, with the successor already made into a record. */
type ExchangeOutcome =
  | { readonly kind: 'successor'; readonly record: SessionRecord }
  /** Nobody wanted it any more when it was ready to be sent. */
  | { readonly kind: 'unwanted' }
  | Exclude<AskOutcome, { kind: 'tokens' }>;

export type Refused = Extract<ExchangeOutcome, { kind: 'rejected' }>;
export type Unsettled = Omit<Extract<ExchangeOutcome, { kind: 'unavailable' }>, 'kind'>;

export const ofOtherUser: Refused = {
  kind: 'rejected',
  error: 'user-changed',
  status: 200,
  message: 'The refresh was answered with the tokens of another user, which are not used. Log in again.',
};

export function timedOut({ refreshUrl }: Pick<AuthEndpoints, 'refreshUrl'>, timeout: number): Unsettled {
  const message = `No response from ${plainUrl(refreshUrl)} within ${timeout} ms.`;
  return { message, cause: new Error(message) };
}

/** Sends the refresh token once and waits for as long as the answer takes. Never rejects. */
export async function exchange(
  sent: SessionRecord,
  endpoints: Pick<AuthEndpoints, 'askForTokens'>,
  keys: Pick<KeyVault, 'find' | 'make'>,
  now: Platform['now'],
  isWanted: () => boolean,
): Promise<ExchangeOutcome> {
  const { ticket: _, secret, ...kept } = sent;
  // A key that cannot be found is never replaced by another: without one the server takes the token exactly once.
  const idempotencyKey = await rotationKey(secret ?? (await keys.find(sent.id)), sent.refreshToken);
  if (!isWanted()) return { kind: 'unwanted' };
  // A secret goes into the browser's keeping while the server thinks.
  const keeping = secret ? keys.make(sent.id) : null;
  const sentAt = now();
  const outcome = await endpoints.askForTokens('refresh', sent, { idempotencyKey });
  if (outcome.kind !== 'tokens') return outcome;
  const { access_token: accessToken, refresh_token: next } = outcome.tokens;
  // What the answer leaves out stays as it was.
  const refreshToken = isRefreshToken(next) ? next : sent.refreshToken;
  const ticket = await revocationTicket(refreshToken);
  const claims = readClaims(accessToken);
  const isKept = !keeping || (await keeping);
  return {
    kind: 'successor',
    record: {
      ...kept,
      ...(isKept ? {} : { secret }),
      ...lifetimesOf(outcome.tokens, claims, sentAt, sent, outcome.serverTime),
      // Should it be another's, it has to be ended by its own name.
      sid: sessionIdOf(outcome.tokens, claims) ?? sent.sid,
      generation: sent.generation + 1,
      accessToken,
      refreshToken,
      ...(ticket && { ticket }),
    },
  };
}
