import type { Platform } from '../platform.ts';
import { readClaims } from '../token/claims.ts';
import { lifetimesOf } from '../token/lifetimes.ts';
import { revocationTicket, rotationKey } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import type { TokenOutcome } from '../transport/auth-protocol.ts';
import type { TokenResponse } from '../types.ts';

/** The outcome of one exchange, with the successor already made into a record. */
export type ExchangeOutcome =
  | { readonly kind: 'successor'; readonly record: SessionRecord }
  | Exclude<TokenOutcome, { kind: 'tokens' }>;

/** The record that follows `sent` after the server answered with `tokens`. What the answer leaves out stays as it was. */
async function successor(sent: SessionRecord, tokens: TokenResponse, sentAt: number): Promise<SessionRecord> {
  const { ticket: _, ...kept } = sent;
  const { refresh_token: next } = tokens;
  const refreshToken = typeof next === 'string' && next !== '' ? next : sent.refreshToken;
  const ticket = await revocationTicket(refreshToken);
  return {
    ...kept,
    ...lifetimesOf(tokens, readClaims(tokens.access_token), sentAt, sent),
    accessToken: tokens.access_token,
    refreshToken,
    ...(ticket && { ticket }),
  };
}

/** Sends the refresh token once and waits for as long as the answer takes. Never rejects. */
export async function exchange(
  sent: SessionRecord,
  endpoints: Pick<AuthEndpoints, 'refresh'>,
  now: Platform['now'],
): Promise<ExchangeOutcome> {
  const key = await rotationKey(sent.secret, sent.refreshToken);
  const sentAt = now();
  const outcome = await endpoints.refresh(sent, key);
  if (outcome.kind !== 'tokens') return outcome;
  // A protocol of the application's own may let through what is no token; it must not end up in storage.
  if (typeof outcome.tokens.access_token !== 'string') return { kind: 'unavailable', status: 200 };
  return { kind: 'successor', record: await successor(sent, outcome.tokens, sentAt) };
}
