import { pairOf, type TokenFacts } from '../ledger.ts';
import type { Page } from '../world/page.ts';
import type { Invariant } from './invariant.ts';

/** How long a page may take to store what it got, in milliseconds. */
const grace = 100;

/**
 * A pair that arrives is either stored, however late, or, when its session is gone, ended on the server: it is never left lying
 * about, and a token that is known to be spent is not kept.
 */
export const answersAreNotWasted: Invariant = (world) => {
  const { ledger, scheduler } = world;
  const arrivals: { page: Page; token: TokenFacts; raw: string; wanted: boolean; at: number; mixUp: string | null }[] =
    [];

  return {
    onArrival({ page, endpoint, got, fields, trouble }) {
      const raw = fields['refresh_token'] ?? '';
      const token = ledger.refreshToken(raw);
      if (endpoint !== 'refresh' || !token || got === null || got === 'broken' || got.status !== 200) return;
      if (!got.body.startsWith('{')) return;
      if (page.state !== 'running') return;
      // Of one that has ended it may find the old pair in storage, to be swept.
      const wanted = token.session.overAt === null && pairOf(page)?.sid === token.session.sid;
      const mixUp = trouble?.kind === 'mix-up' ? (JSON.parse(got.body) as { sid: string }).sid : null;
      arrivals.push({ page, token, raw, wanted, at: scheduler.now(), mixUp });
    },
    afterwards() {
      for (const arrival of [...arrivals]) {
        const { page, token, raw, wanted, at, mixUp } = arrival;
        const settled = page.runs && scheduler.now() > Math.max(at, page.thawedAt, world.woke) + grace;
        if (page.state === 'gone' || settled) arrivals.splice(arrivals.indexOf(arrival), 1);
        if (!settled || page.state !== 'running') continue;
        const other = ledger.sessions.get(mixUp ?? '');
        if (other) {
          other.mustDie ??= 'given to another user';
          other.overAt ??= at;
          continue;
        }
        const kept = pairOf(page);
        if (!wanted && kept?.sid !== token.session.sid) token.session.mustDie ??= 'a pair that came too late';
        if (wanted && kept?.refreshToken === raw) {
          world.violate(
            `${page.name} got what ${token.session.name}.${token.generation} was exchanged for and did not store it`,
          );
        }
      }
    },
  };
};
