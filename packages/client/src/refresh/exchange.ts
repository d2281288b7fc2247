import type { Platform } from '../platform.ts';
import { readClaims } from '../token/claims.ts';
import { lifetimesOf } from '../token/lifetimes.ts';
import { keyFromSecret, revocationTicket, rotationKey } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import type { TokenOutcome } from '../transport/auth-protocol.ts';
import type { TokenResponse } from '../types.ts';

/** The outcome of one exchange, with the successor already made into a record. */
export type ExchangeOutcome =
  | { readonly kind: 'successor'; readonly record: SessionRecord }
  /** Nobody wanted it any more when it was ready to be sent. */
  | { readonly kind: 'unwanted' }
  | Exclude<TokenOutcome, { kind: 'tokens' }>;

/** Who keeps the key of a session, other than its record. */
export interface KeyKeeper {
  make(id: string): Promise<CryptoKey | null>;
  find(id: string): Promise<CryptoKey | null>;
}

/** The record that follows `sent` after the server answered with `tokens`. What the answer leaves out stays as it was. */
async function successor(
  sent: SessionRecord,
  tokens: TokenResponse,
  sentAt: number,
  keys: KeyKeeper,
): Promise<SessionRecord> {
  const { ticket: _, secret, ...kept } = sent;
  const { refresh_token: next } = tokens;
  const refreshToken = typeof next === 'string' && next !== '' ? next : sent.refreshToken;
  const ticket = await revocationTicket(refreshToken);
  const isKept = secret === undefined || (await keys.make(sent.id)) !== null;
  return {
    ...kept,
    ...(isKept ? {} : { secret }),
    ...lifetimesOf(tokens, readClaims(tokens.access_token), sentAt, sent),
    generation: sent.generation + 1,
    accessToken: tokens.access_token,
    refreshToken,
    ...(ticket && { ticket }),
  };
}

/** Sends the refresh token once and waits for as long as the answer takes. Never rejects. */
export async function exchange(
  sent: SessionRecord,
  endpoints: Pick<AuthEndpoints, 'refresh'>,
  keys: KeyKeeper,
  now: Platform['now'],
  isWanted: () => boolean,
): Promise<ExchangeOutcome> {
  const key = await (sent.secret ? keyFromSecret(sent.secret) : keys.find(sent.id));
  // A key that cannot be found is never replaced by another: without one the server takes the token exactly once.
  const idempotencyKey = key ? await rotationKey(key, sent.refreshToken) : undefined;
  if (!isWanted()) return { kind: 'unwanted' };
  const sentAt = now();
  const outcome = await endpoints.refresh(sent, idempotencyKey);
  if (outcome.kind !== 'tokens') return outcome;
  // A protocol of the application's own may let through what is no token; it must not end up in storage.
  if (typeof outcome.tokens.access_token !== 'string') return { kind: 'unavailable', status: 200 };
  return { kind: 'successor', record: await successor(sent, outcome.tokens, sentAt, keys) };
}
