/**
 * What `POST auth/logout` does, for every access token that can come with every refresh token. The principle: only a refresh
 * token the server recognises can change the database; the access token decides whether we call it a logout or a theft.
 */

/** The access token, seen from the owner of the refresh token. */
export type AccessCase =
  | 'valid'
  | 'expired'
  | 'expired-beyond-window'
  | 'forged-signature'
  | 'other-user'
  | 'other-session'
  | 'missing'
  | 'unsigned'
  | 'wrong-content';

export type RefreshCase = 'current' | 'rotated' | 'expired' | 'revoked' | 'unknown' | 'other-user-live' | 'missing';

export type LogoutCode = 'R' | 'RS' | 'RX' | 'A' | 'T0' | 'T1' | 'N0' | 'N1' | 'B';

const genuine = {
  current: 'R',
  rotated: 'RS',
  expired: 'RX',
  revoked: 'A',
  unknown: 'N0',
  'other-user-live': 'T0',
  missing: 'B',
} as const;

const mismatched = {
  current: 'T0',
  rotated: 'T0',
  expired: 'T0',
  revoked: 'N0',
  unknown: 'N0',
  'other-user-live': 'T0',
  missing: 'B',
} as const;

const forged = {
  current: 'T1',
  rotated: 'T1',
  expired: 'T1',
  revoked: 'N1',
  unknown: 'N1',
  'other-user-live': 'T1',
  missing: 'B',
} as const;

const incomplete = {
  current: 'B',
  rotated: 'B',
  expired: 'B',
  revoked: 'B',
  unknown: 'B',
  'other-user-live': 'B',
  missing: 'B',
} as const;

/**
 * All 63 cells. The owner of the refresh token is whose eyes the server sees with, so a live pair of another user is to it a pair
 * like any other: the column `other-user-live` tells what follows from the other columns with the roles swapped.
 */
export const logoutTable: Readonly<Record<AccessCase, Readonly<Record<RefreshCase, LogoutCode>>>> = {
  valid: genuine,
  expired: genuine,
  'expired-beyond-window': genuine,
  'forged-signature': forged,
  'other-user': { ...mismatched, 'other-user-live': 'R' },
  'other-session': mismatched,
  missing: incomplete,
  unsigned: forged,
  'wrong-content': forged,
};

export interface LogoutOutcome {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
  /** Why the refresh token's family ends; null where nothing changes. */
  readonly revokes: 'logout' | 'logout_stale' | 'logout_expired' | 'pair_mismatch' | 'suspected_theft' | null;
}

const invalidToken = { error: 'invalid_token' };

/** What each code answers and changes. */
export const logoutOutcomes: Readonly<Record<LogoutCode, LogoutOutcome>> = {
  R: { status: 200, body: { status: 'revoked' }, revokes: 'logout' },
  RS: { status: 200, body: { status: 'revoked' }, revokes: 'logout_stale' },
  RX: { status: 200, body: { status: 'revoked' }, revokes: 'logout_expired' },
  A: { status: 200, body: { status: 'already_revoked' }, revokes: null },
  T0: { status: 400, body: { error: 'invalid_grant', reason: 'pair_mismatch' }, revokes: 'pair_mismatch' },
  T1: { status: 401, body: invalidToken, revokes: 'suspected_theft' },
  N0: { status: 400, body: { error: 'invalid_grant', reason: 'invalid' }, revokes: null },
  N1: { status: 401, body: invalidToken, revokes: null },
  B: { status: 400, body: { error: 'invalid_request' }, revokes: null },
};
