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
  const value = (typeof seconds === 'string' ? Number(seconds) : seconds) as number;
  return Number.isFinite(value) && value > 0 ? value * 1000 : null;
}

/** Reads the instants out of a token response. What a refresh does not repeat stays as it was. */
export function lifetimesOf(
  response: TokenResponse,
  claims: Readonly<Claims> | null,
  sentAt: number,
  previous: Lifetimes | null = null,
): Lifetimes {
  const { iat, exp } = (claims ?? {}) as { iat?: number; exp?: number };
  const issued = milliseconds(iat);
  const after = (seconds: unknown): number | null => {
    const delay = milliseconds(seconds);
    return delay && sentAt + delay;
  };
  // Nothing left of a limit is an answer; nothing left of an access token would refresh it without end.
  const limit = (seconds: unknown): number | null => (seconds === 0 ? sentAt : after(seconds));
  return {
    savedAt: sentAt,
    accessExpiresAt: after(response.expires_in) ?? after(issued && exp && exp - issued / 1000),
    refreshableUntil: limit(response.refresh_token_timeout),
    sessionEndsAt: limit(response.authorization_expires_in) ?? previous?.sessionEndsAt ?? null,
    clockSkew: issued ? issued - sentAt : 0,
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
