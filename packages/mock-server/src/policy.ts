import { day, minute, second } from './clock/duration.ts';
import type { Family } from './store/session-store.ts';

/** The server's rules. Durations are milliseconds. */
export interface Policy {
  /** How long an access token lasts. Default 20 minutes. */
  readonly accessTtl: number;
  /** How long a session can lie unused before its refresh token is refused. Default 7 days. */
  readonly refreshWindow: number;
  /** What starts the window anew: every `'rotation'` (default), or only the `'login'`. */
  readonly windowFrom: 'rotation' | 'login';
  /** The end of a session, counted from login; nothing extends it. Default 90 days. */
  readonly refreshTtl: number;
  /**
   * For how long a rotated refresh token, sent again with the same `Idempotency-Key`, gets the same successor again.
   * Default 120 seconds, at most 600; 0 is strict single use.
   */
  readonly replayWindow: number;
  /**
   * The same for sessions bound to a device key, where a proof by that key stands in for the `Idempotency-Key`; a thief of
   * tokens cannot make one, so it may be long. Default: the refresh window, which is also the most; 0 where `replayWindow` is 0.
   */
  readonly dpopReplayWindow: number;
  /** Whether DPoP proofs must contain a nonce from the server, so that none can be made in advance. Default true. */
  readonly dpopNonce: boolean;
  /**
   * How often one rotation's answer may be given again. Default 100: so many tabs can ask together where nothing coordinates them.
   * A higher number helps no thief, for every repeat asks for the token and the secret key, and gets what the first one got.
   */
  readonly maxReplays: number;
  /** Successful refreshes of one session per minute before it gets 429. Default 10. */
  readonly refreshesPerMinute: number;
  /**
   * Refreshes from one address per minute, all sessions together, before they get 429. Default 3,000: an office has one address.
   * Counted where the mount knows the address.
   */
  readonly refreshesPerAddress: number;
  /** Live sessions one user can have; a login beyond them ends the oldest. Default 100. */
  readonly maxSessions: number;
  /** How old a login may be for listing sessions, and for ending them by the refresh token. Milliseconds, default 10 minutes. */
  readonly reauthenticateAfter: number;
  /**
   * What `auth/logout` asks for. `'pair'` (default): the refresh token, and the access token however old. The other two show
   * what goes wrong: `'bearer'` wants an access token that has not expired, `'nothing'` believes any session id.
   */
  readonly logoutRequires: 'pair' | 'bearer' | 'nothing';
}

const defaults: Omit<Policy, 'dpopReplayWindow'> = {
  accessTtl: 20 * minute,
  refreshWindow: 7 * day,
  windowFrom: 'rotation',
  refreshTtl: 90 * day,
  replayWindow: 120 * second,
  dpopNonce: true,
  maxReplays: 100,
  refreshesPerMinute: 10,
  refreshesPerAddress: 3_000,
  maxSessions: 100,
  reauthenticateAfter: 10 * minute,
  logoutRequires: 'pair',
};

/** What each may be: milliseconds, a limit (`Infinity` for none), or one of these. */
const kinds: { readonly [Name in keyof Policy]: 'duration' | 'limit' | readonly Policy[Name][] } = {
  accessTtl: 'duration',
  refreshWindow: 'limit',
  windowFrom: ['rotation', 'login'],
  refreshTtl: 'duration',
  replayWindow: 'duration',
  dpopReplayWindow: 'duration',
  dpopNonce: [true, false],
  maxReplays: 'limit',
  refreshesPerMinute: 'limit',
  refreshesPerAddress: 'limit',
  maxSessions: 'limit',
  reauthenticateAfter: 'duration',
  logoutRequires: ['pair', 'bearer', 'nothing'],
};

/** How long the longest replay window may be. */
const longestReplayWindow = 600 * second;

/**
 * What is `undefined` is the default.
 *
 * @throws RangeError for a duration or count that is negative or no number, for a choice that there is not, and for a replay
 * window that is too long.
 */
export function resolvePolicy(policy: Partial<Policy> = {}): Policy {
  const given = Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined));
  const chosen: typeof defaults & Partial<Policy> = { ...defaults, ...given };
  const resolved = {
    dpopReplayWindow: chosen.replayWindow === 0 ? 0 : Math.min(chosen.refreshWindow, chosen.refreshTtl),
    ...chosen,
  };
  for (const name of Object.keys(kinds) as (keyof Policy)[]) refuseUnlessPossible(name, resolved[name]);
  if (resolved.replayWindow > longestReplayWindow) {
    throw new RangeError(`policy.replayWindow must be at most ${longestReplayWindow} ms.`);
  }
  if (resolved.dpopReplayWindow > resolved.refreshWindow) {
    throw new RangeError('policy.dpopReplayWindow must be at most policy.refreshWindow.');
  }
  return resolved;
}

function refuseUnlessPossible(name: keyof Policy, value: unknown): void {
  const kind = kinds[name];
  if (typeof kind === 'object') {
    const isOne = (kind as readonly unknown[]).includes(value);
    if (!isOne) throw new RangeError(`policy.${name} must be one of ${kind.join(', ')}, not ${value}.`);
    return;
  }
  const isPossible = typeof value === 'number' && value >= 0 && (kind === 'limit' || Number.isFinite(value));
  if (!isPossible) throw new RangeError(`policy.${name} must be ≥ 0, not ${value}.`);
}

/**
 * How long a replaced signing key still proves an access token genuine at logout: until every session that it signed for is over,
 * and its last access token too. A policy may have been longer when the key was in use, so never less than the default.
 */
export const genuineFor = ({ refreshTtl, accessTtl }: Policy): number =>
  Math.max(refreshTtl, defaults.refreshTtl) + Math.max(accessTtl, defaults.accessTtl);

/** When the session can no longer be refreshed: the end of the window or of the session, whichever comes first. */
export function refreshableUntil(family: Family, { refreshWindow, windowFrom }: Policy): number {
  const start = windowFrom === 'login' ? family.createdAt : family.lastRotatedAt;
  return Math.min(start + refreshWindow, family.absoluteExpiresAt);
}
