import { expect, it } from 'vitest';
import { createAuthServer } from '../../create-auth-server.ts';
import type { TokenResponse } from '../../sessions/session-tokens.ts';
import { type Api, apiOf, pairOf, someKey, tokensOf } from '../../testing/api.ts';
import { startCommand } from '../../testing/command.ts';
import type { ServerState } from './server-state.ts';

const sessions = 200;

/** What came of one session while three servers were asked about it at once. */
interface Outcome {
  readonly sid: string;
  readonly refreshes: readonly string[];
  readonly logouts: readonly string[];
}

/** Servers that share a database are one server. `database` is what the command line takes. */
export function fleetContract(name: string, open: () => Promise<{ database: string; state: ServerState }>): void {
  it(`three servers on ${name} keep 1,000 refreshes and logouts at once apart`, { timeout: 120_000 }, async () => {
    const { database, state } = await open();
    const { store, signingKeys } = state;
    const server = createAuthServer({ store, signingKeys });
    const fleet = (await Promise.all([0, 1, 2].map(() => startCommand(['--db', database])))).map(({ url }) =>
      apiOf((path, init) => fetch(new URL(path, url), init)),
    );
    const nth = (index: number): Api => fleet[index % fleet.length] as Api;

    async function press(tokens: TokenResponse, index: number): Promise<Outcome> {
      const refresh = async (_: unknown, attempt: number) => {
        const answer = await nth(index + attempt).refresh(tokens.refresh_token, someKey(tokens.sid));
        return answer.ok ? (await tokensOf(answer)).refresh_token : `${answer.status} ${await answer.text()}`;
      };
      const logout = async (_: unknown, attempt: number) => (await nth(index + attempt).logout(pairOf(tokens))).text();
      const [refreshes, logouts] = await Promise.all([
        Promise.all(Array.from({ length: 4 }, refresh)),
        Promise.all(Array.from({ length: index % 2 === 0 ? 0 : 2 }, logout)),
      ]);
      return { sid: tokens.sid, refreshes, logouts };
    }

    const seeded = await Promise.all(Array.from({ length: sessions }, () => server.seedSession('ada')));
    const outcomes = await Promise.all(seeded.map(press));

    const rows = new Map((await store.list()).map((session) => [session.family.id, session]));
    for (const { sid, refreshes, logouts } of outcomes) {
      const row = rows.get(sid);
      const successors = new Set(refreshes.filter((answer) => answer.startsWith('rt1_')));
      const refusals = refreshes.filter((answer) => !answer.startsWith('rt1_'));
      const statuses = row?.tokens.map(({ status }) => status);
      if (logouts.length === 0) {
        expect([successors.size, refusals]).toEqual([1, []]);
        expect(statuses).toEqual(['rotated', 'current']);
      } else {
        expect(successors.size).toBeLessThanOrEqual(1);
        expect(refusals.filter((refusal) => !/^400 .*"reason":"revoked"/.test(refusal))).toEqual([]);
        expect([...logouts].sort()).toEqual(['{"status":"already_revoked"}', '{"status":"revoked"}']);
        expect(statuses).toEqual(successors.size === 0 ? ['revoked'] : ['rotated', 'revoked']);
      }
    }

    const [{ refreshes } = { refreshes: [] }] = outcomes;
    const next = await tokensOf(await nth(2).refresh(refreshes[0] ?? '', someKey('next')));
    expect((await nth(1).me(next.access_token)).status).toBe(200);
    expect(await (await nth(0).logout(pairOf(next))).json()).toEqual({ status: 'revoked' });
    expect((await nth(1).me(next.access_token)).status).toBe(401);
  });
}
