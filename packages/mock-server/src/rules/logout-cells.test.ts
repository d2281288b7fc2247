import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { day, minute } from '../clock/duration.ts';
import type { TokenResponse } from '../sessions/session-tokens.ts';
import type { StoredSession, Token } from '../store/session-store.ts';
import { apiOf, outcomeOf, someKey, testServer, tokensOf } from '../testing/api.ts';
import { signedByServer, signedByStranger, unsigned } from '../testing/forgeries.ts';
import { type Mounted, mounts } from '../testing/mounts.ts';
import { type AccessCase, type LogoutCode, logoutTable, type RefreshCase } from './logout-table.ts';

/** What each code promises, written down apart from the code. */
const promised: Record<LogoutCode, { status: number; body: unknown; reason: string | null }> = {
  R: { status: 200, body: { status: 'revoked' }, reason: 'logout' },
  RS: { status: 200, body: { status: 'revoked' }, reason: 'logout_stale' },
  RX: { status: 200, body: { status: 'revoked' }, reason: 'logout_expired' },
  A: { status: 200, body: { status: 'already_revoked' }, reason: null },
  T0: { status: 400, body: { error: 'invalid_grant', reason: 'pair_mismatch' }, reason: 'pair_mismatch' },
  T1: { status: 401, body: { error: 'invalid_token' }, reason: 'suspected_theft' },
  N0: { status: 400, body: { error: 'invalid_grant', reason: 'invalid' }, reason: null },
  N1: { status: 401, body: { error: 'invalid_token' }, reason: null },
  B: { status: 400, body: { error: 'invalid_request' }, reason: null },
};

/** The same table again, as the specification prints it: rows by access token, columns by refresh token. */
const specification: Record<AccessCase, string> = {
  valid: 'R RS RX A N0 T0 B',
  expired: 'R RS RX A N0 T0 B',
  'expired-beyond-window': 'R RS RX A N0 T0 B',
  'forged-signature': 'T1 T1 T1 N1 N1 T1 B',
  'other-user': 'T0 T0 T0 N0 N0 R B',
  'other-session': 'T0 T0 T0 N0 N0 T0 B',
  missing: 'B B B B B B B',
  unsigned: 'T1 T1 T1 N1 N1 T1 B',
  'wrong-content': 'T1 T1 T1 N1 N1 T1 B',
};

const columns: readonly RefreshCase[] = [
  'current',
  'rotated',
  'expired',
  'revoked',
  'unknown',
  'other-user-live',
  'missing',
];
const rows = Object.keys(specification) as AccessCase[];
const cells = rows.flatMap((access) =>
  columns.map((refresh) => ({ access, refresh, code: logoutTable[access][refresh] })),
);

const accessTtl: Partial<Record<AccessCase, number>> = { expired: -1_000, 'expired-beyond-window': -8 * day };

const world = testServer();
const { server, store, keys, clock } = world;

async function givenRefreshToken(state: RefreshCase, seeded: TokenResponse): Promise<string | undefined> {
  switch (state) {
    case 'current':
    case 'expired':
    case 'other-user-live':
      return seeded.refresh_token;
    case 'rotated':
      await tokensOf(
        await apiOf((path, init) => server.fetch(new Request(`https://x.example/${path}`, init))).refresh(
          seeded.refresh_token,
          someKey(1),
        ),
      );
      return seeded.refresh_token;
    case 'revoked':
      await server.sessions.revoke(seeded.sid);
      return seeded.refresh_token;
    case 'unknown':
      return `rt1_${'x'.repeat(43)}`;
    case 'missing':
      return undefined;
  }
}

async function givenAccessToken(
  access: AccessCase,
  own: TokenResponse,
  others: { user: TokenResponse; session: TokenResponse },
): Promise<string | undefined> {
  switch (access) {
    case 'valid':
    case 'expired':
    case 'expired-beyond-window':
      return own.access_token;
    case 'forged-signature':
      return signedByStranger(own.access_token);
    case 'other-user':
      return others.user.access_token;
    case 'other-session':
      return others.session.access_token;
    case 'missing':
      return undefined;
    case 'unsigned':
      return unsigned(own.access_token);
    case 'wrong-content':
      return signedByServer(keys, own.access_token, { claims: { aud: 'https://another.example' } });
  }
}

/** What the database must hold afterwards: the same, but for the family that ended. */
function expected(before: readonly StoredSession[], endedSid: string | undefined, reason: string | null, now: number) {
  return before.map((session) => {
    if (reason === null || session.family.id !== endedSid) return session;
    const family = {
      ...session.family,
      revokedAt: now,
      revokeReason: reason,
      deviceKey: null,
      deviceLabel: null,
      userAgent: null,
      ipPrefix: null,
    };
    const tokens = session.tokens.map(
      (token): Token => ({
        ...token,
        status: token.status === 'current' ? 'revoked' : token.status,
        keyHash: null,
        successor: null,
      }),
    );
    return { family, tokens };
  });
}

it('decides by the table of the specification', () => {
  for (const access of rows)
    expect(columns.map((refresh) => logoutTable[access][refresh]).join(' ')).toBe(specification[access]);
  expect(cells).toHaveLength(63);
});

describe.each(['MSW', 'HTTP'] as const)('logout over %s', (mount) => {
  let mounted: Mounted;
  beforeAll(async () => {
    mounted = await mounts[mount](server);
  });
  afterAll(() => mounted.close());

  it.each(cells)('answers $access with $refresh by $code (TST-1)', async ({ access, refresh, code }) => {
    await server.reset();
    const seed = { accessTtl: accessTtl[access] ?? 20 * minute, clientId: 'spa' };
    const own = await server.seedSession(
      'ada',
      refresh === 'expired' ? { ...seed, age: 8 * day, idle: 7 * day } : seed,
    );
    const others = { user: await server.seedSession('eve'), session: await server.seedSession('ada') };
    const accessToken = await givenAccessToken(access, own, others);
    const refreshToken = await givenRefreshToken(refresh, refresh === 'other-user-live' ? others.user : own);
    clock.advance('1m');
    const before = await store.list();

    const answer = await apiOf(mounted.send).logout({
      ...(accessToken !== undefined && { access_token: accessToken }),
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    });

    const { status, body, reason } = promised[code];
    expect(await outcomeOf(answer)).toEqual([status, body]);
    expect(answer.headers.get('www-authenticate')).toBe(
      status === 401 ? 'Bearer realm="latchkey", error="invalid_token"' : null,
    );
    const owner = refresh === 'other-user-live' ? others.user : own;
    expect(await store.list()).toEqual(expected(before, owner.sid, reason, clock.now()));
  });
});
