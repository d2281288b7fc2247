import type { AccessCase, LogoutCode, RefreshCase, SessionRow, TokenResponse } from '@latchkey/mock-server';
import { signedByServer, signedByStranger, unsigned } from '../../packages/mock-server/src/testing/forgeries.ts';
import { type ExampleServer, type Exchange, form, openExampleServer, refreshAsk } from './example-server.ts';
import { code, table } from './markdown.ts';

const day = 86_400_000;

const accessTokens: Readonly<Record<AccessCase, string>> = {
  valid: 'valid',
  expired: 'expired',
  'expired-beyond-window': 'expired for over a week',
  'forged-signature': 'signature forged',
  'other-user': 'another user’s',
  'other-session': 'the same user’s, another session',
  missing: 'missing',
  unsigned: '`alg: none` or any other',
  'wrong-content': 'wrong `kid`, `aud`, `iss`, `typ`, …',
};

const refreshTokens: Readonly<Record<RefreshCase, string>> = {
  current: 'current',
  rotated: 'rotated',
  expired: 'expired',
  revoked: 'session ended',
  unknown: 'unknown',
  'other-user-live': 'another user’s, live',
  missing: 'missing',
};

/** What was seen of one cell. */
interface Seen {
  readonly answer: string;
  /** Why the session of the refresh token ended; null when nothing of any session changed. */
  readonly ended: string | null;
  readonly event: string | null;
}

/** What each code stands for; found by what the server did. */
const codes: readonly (readonly [LogoutCode, Seen])[] = [
  ['R', { answer: '200 {"status":"revoked"}', ended: 'logout', event: null }],
  ['RS', { answer: '200 {"status":"revoked"}', ended: 'logout_stale', event: 'logout_stale' }],
  ['RX', { answer: '200 {"status":"revoked"}', ended: 'logout_expired', event: null }],
  ['A', { answer: '200 {"status":"already_revoked"}', ended: null, event: null }],
  [
    'T0',
    {
      answer: '400 {"error":"invalid_grant","reason":"pair_mismatch"}',
      ended: 'pair_mismatch',
      event: 'pair_mismatch',
    },
  ],
  ['T1', { answer: '401 {"error":"invalid_token"}', ended: 'suspected_theft', event: 'suspected_theft' }],
  ['N0', { answer: '400 {"error":"invalid_grant","reason":"invalid"}', ended: null, event: 'unrecognised_token' }],
  ['N1', { answer: '401 {"error":"invalid_token"}', ended: null, event: 'unrecognised_token' }],
  ['B', { answer: '400 {"error":"invalid_request"}', ended: null, event: null }],
];

/** Sends all 63 pairs to a server on HTTP and shows what became of each. */
export async function tellLogoutCells(): Promise<{ table: string; codes: string }> {
  const world = await openExampleServer();
  const seen = new Set<LogoutCode>();
  try {
    const rows = [];
    for (const access of Object.keys(accessTokens) as AccessCase[]) {
      const cells = [];
      for (const refresh of Object.keys(refreshTokens) as RefreshCase[]) {
        const found = codeOf(await tryCell(world, access, refresh), `${access} with ${refresh}`);
        seen.add(found);
        cells.push(found);
      }
      rows.push([accessTokens[access], ...cells]);
    }
    if (seen.size !== codes.length) throw new Error('Not every code has a cell.');
    return {
      table: table(['access token ↓ refresh token →', ...Object.values(refreshTokens)], rows),
      codes: table(
        ['code', 'answer', 'the session of the refresh token', 'noted for its owner'],
        codes.map(([name, { answer, ended, event }]) => [
          name,
          code(answer),
          ended === null ? 'stays as it is' : `ends: ${code(ended)}`,
          event === null ? '' : code(event),
        ]),
      ),
    };
  } finally {
    await world.close();
  }
}

function codeOf(seen: Seen, cell: string): LogoutCode {
  const found = codes.find(([, meaning]) => JSON.stringify(meaning) === JSON.stringify(seen));
  if (found === undefined) throw new Error(`${cell} is none of the codes: ${JSON.stringify(seen)}`);
  return found[0];
}

async function tryCell(world: ExampleServer, access: AccessCase, refresh: RefreshCase): Promise<Seen> {
  const { server } = world;
  await server.reset();
  const accessTtl = { expired: -1_000, 'expired-beyond-window': -8 * day }[access as string] ?? 1_200_000;
  const age = refresh === 'expired' ? { age: 8 * day, idle: 7 * day } : {};
  const own = await server.seedSession('ada', { accessTtl, clientId: 'spa', ...age });
  const others = { user: await server.seedSession('eve'), session: await server.seedSession('ada') };
  const owner = refresh === 'other-user-live' ? others.user : own;
  const access_token = await accessTokenOf(world, access, own, others);
  const refresh_token = await refreshTokenOf(world, refresh, owner);
  server.clock.advance('1s');
  const before = await server.sessions.list();
  const exchange = await world.ask(
    form('auth/logout', { ...(access_token && { access_token }), ...(refresh_token && { refresh_token }) }),
  );
  const ended = endedOf(before, await server.sessions.list(), owner.sid);
  return { answer: answerOf(exchange), ended, event: server.securityEvents.at(-1)?.type ?? null };
}

const answerOf = ({ response, text }: Exchange): string => {
  const challenge = response.headers.get('www-authenticate');
  if ((response.status === 401) !== (challenge === 'Bearer realm="latchkey", error="invalid_token"')) {
    throw new Error(`${response.status} came with the challenge ${challenge}.`);
  }
  return `${response.status} ${text}`;
};

/** Makes sure that no other session has changed. */
function endedOf(before: readonly SessionRow[], after: readonly SessionRow[], sid: string): string | null {
  const changed = after.filter((row, n) => JSON.stringify(row) !== JSON.stringify(before[n]));
  if (changed.length === 0) return null;
  const [only] = changed;
  if (changed.length > 1 || only?.sid !== sid || only.status !== 'revoked') throw new Error('Another session changed.');
  return only.revokeReason;
}

async function refreshTokenOf(world: ExampleServer, state: RefreshCase, { refresh_token, sid }: TokenResponse) {
  if (state === 'missing') return undefined;
  if (state === 'unknown') return `rt1_${'x'.repeat(43)}`;
  if (state === 'rotated') await world.ask(refreshAsk(refresh_token, 'k'.repeat(32)));
  if (state === 'revoked') await world.server.sessions.revoke(sid);
  return refresh_token;
}

async function accessTokenOf(
  { keys }: ExampleServer,
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
