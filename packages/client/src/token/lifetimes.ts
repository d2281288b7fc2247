import type { Claims, LapsedReason, TokenResponse } from '../types.ts';

/** The instants of one pair of tokens: epoch milliseconds of this device's clock; `null` where the server never said. */
export interface Lifetimes {
  /** When the request that brought the pair was sent: lifetimes count from here (RFC 6749 §5.1). */
  readonly savedAt: number;
  readonly accessExpiresAt: number | null;
  readonly refreshableUntil: number | null;
  readonly sessionEndsAt: number | null;
  /** The server's clock less this device's, at that moment. */
  readonly clockSkew: number;
}

/** A number of seconds from the wire as milliseconds; `null` for anything that is no positive number. Accepts `"1200"`. */
function milliseconds(seconds: unknown): number | null {
  const value = (typeof seconds === 'string' && /^\d+$/.test(seconds) ? Number(seconds) : seconds) as number;
  return Number.isFinite(value) && value > 0 ? value * 1000 : null;
}

/** Less than this, by this device's clock alone, tells that the clock is wrong: no server gives out a token that has expired. */
const leastByOwnClock = 60_000;

/**
 * Reads the instants out of a token response. What a refresh does not repeat stays as it was.
 * @param sentAt when the request was sent, by this device's clock.
 * @param serverTime when it was answered, by the server's own clock, where the answer says so.
 */
export function lifetimesOf(
  response: TokenResponse,
  claims: Readonly<Claims> | null,
  sentAt: number,
  previous: Lifetimes | null = null,
  serverTime?: number,
): Lifetimes {
  const { iat, exp } = claims ?? {};
  const known = milliseconds(iat) ?? serverTime;
  const expires = known || typeof exp === 'number' ? milliseconds(exp) : null;
  const clockSkew = known ? known - sentAt : 0;
  const left = expires && expires - sentAt - clockSkew;
  const after = (seconds: unknown): number | null => {
    const delay = milliseconds(seconds);
    return delay && sentAt + delay;
  };
  const byClaims = (): number | null => {
    if (left === null) return null;
    if (known) return left > 0 ? sentAt + left : null;
    // Tokens that begin a session may have been handed over long after they were issued. Those of a refresh are new: what the
    // clock of this device makes of them says nothing then, and the server's 401 does.
    if (left < leastByOwnClock && previous) return null;
    return sentAt + Math.max(left, 0);
  };
  // Nothing left of a limit is an answer; nothing left of an access token would refresh it without end.
  const limit = (seconds: unknown): number | null => (seconds === 0 ? sentAt : after(seconds));
  return {
    savedAt: sentAt,
    accessExpiresAt: after(response.expires_in) ?? byClaims(),
    refreshableUntil: limit(response.refresh_token_timeout),
    sessionEndsAt: limit(response.authorization_expires_in) ?? previous?.sessionEndsAt ?? null,
    clockSkew,
  };
}

/**
 * The same for tokens that were handed over: nobody knows how long ago they were issued. The earliest end that anything tells
 * counts, and a clock of this device that is ahead costs one refresh that was not needed.
 * @param at when they were handed over.
 */
export function lifetimesOfOld(response: TokenResponse, claims: Readonly<Claims> | null, at: number): Lifetimes {
  const fresh = lifetimesOf(response, claims, at);
  const issued = milliseconds(claims?.['iat']) ?? 0;
  const expires = milliseconds(claims?.['exp']) ?? 0;
  const isGone = Number(response.expires_in ?? 1) <= 0;
  return {
    ...fresh,
    // A whole lifetime counts from when the token was issued: a refresh brings more than what is left of this one.
    savedAt: Math.min(at, issued || at),
    accessExpiresAt:
      expires > issued ? Math.min(expires, fresh.accessExpiresAt ?? expires) : isGone ? at : fresh.accessExpiresAt,
  };
}

/** How long before expiry a use also refreshes: never more than a quarter of the lifetime, or short tokens would always be due. */
export function marginOf(lifetimes: Lifetimes, expiryMargin: number): number {
  const { accessExpiresAt, savedAt } = lifetimes;
  return Math.min(expiryMargin, ((accessExpiresAt ?? savedAt) - savedAt) / 4);
}

/**
 * Whether a limit has passed. A clock that was far behind at login and has been set right since makes the limit look long
 * gone; where the clock now reads a time at which the session was alive by the server's own clock, the server decides.
 */
function hasPassed(limit: number | null, lifetimes: Lifetimes, now: number): boolean {
  if (limit === null || now < limit) return false;
  const { savedAt, clockSkew } = lifetimes;
  return !(now >= savedAt + clockSkew && now < limit + clockSkew);
}

/** Which limit, if any, ended the time in which this pair can be refreshed. */
export function lapsedBecause(lifetimes: Lifetimes, now: number): LapsedReason | null {
  if (hasPassed(lifetimes.sessionEndsAt, lifetimes, now)) return 'session-expired';
  if (hasPassed(lifetimes.refreshableUntil, lifetimes, now)) return 'window-passed';
  return null;
}

/** The instant of what the server never said. */
export const never: number = Number.POSITIVE_INFINITY;

/** Milliseconds until the access token expires: none or less once it has, `Infinity` where the server never said. Pure. */
export function timeLeft({ accessExpiresAt }: Lifetimes, now: number): number {
  return (accessExpiresAt ?? never) - now;
}
