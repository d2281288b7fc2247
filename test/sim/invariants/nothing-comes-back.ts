import { parsePair, recordKey } from '../ledger.ts';
import type { Page } from '../world/page.ts';
import type { Invariant } from './invariant.ts';

/**
 * How long an ended session may be used and shown elsewhere, in milliseconds: until the tabs have heard of one another. Without
 * messages a tab that wrote at the same moment sees its own word last, until that is removed.
 */
const graceBy = { both: 100, messages: 100, events: 300 };

/** A session that somebody logged in over is shown until the new one can be seen, or has not come for so many milliseconds. */
const replacedGrace = 300;

/** How long what a tab wrote that had not heard may stay in storage: it is removed once nobody can read an older value. */
const storedGrace = 300;

/**
 * What a logout ended stays ended: the tab that logged out never shows it again, and after a moment nobody does and storage
 * holds nothing of it.
 */
export const nothingComesBack: Invariant = (world) => {
  const { ledger, scheduler, storage, setup } = world;
  const grace = graceBy[setup.hears];
  const left = new Map<Page, Set<string>>();

  const isOver = (sid: string | undefined, since: number, least = grace): boolean => {
    const session = ledger.sessions.get(sid ?? '');
    const at = session?.overAt ?? null;
    const patience = session?.causes.has('replaced') ? Math.max(least, replacedGrace) : least;
    return at !== null && scheduler.now() > Math.max(at, since, world.woke) + patience;
  };
  const hasLeft = (page: Page, sid: string): boolean => left.get(page)?.has(sid) === true;
  const name = (sid: string | undefined): string => ledger.sessions.get(sid ?? '')?.name ?? 'an unknown session';

  return {
    onCall({ page, kind, pair }) {
      if (kind !== 'logout' || pair === null) return;
      left.set(page, (left.get(page) ?? new Set()).add(pair.sid));
      if (parsePair(page.view.getItem(recordKey)))
        world.violate(`${page.name} logged out and storage still holds a pair`);
    },
    onEvent(page, _before, snapshot) {
      if (snapshot.status !== 'signed-out' && hasLeft(page, snapshot.sessionId)) {
        world.violate(`${page.name} logged out of ${name(snapshot.sessionId)} and tells its application of it again`);
      }
    },
    onSent({ page, endpoint, accessToken, fields, id }) {
      if (endpoint === 'logout') return;
      const facts = ledger.accessToken(accessToken) ?? ledger.refreshToken(fields['refresh_token']);
      if (!facts) return;
      const { sid } = facts.session;
      // A refresh may already be on its way from the page to the network.
      if (endpoint !== 'refresh' && hasLeft(page, sid))
        world.violate(`${page.name} logged out of ${name(sid)} and sends #${id} with its token`);
      else if (isOver(sid, page.thawedAt))
        world.violate(`${page.name} sends #${id} with a token of ${name(sid)}, which was ended`);
    },
    afterwards() {
      const running = world.openPages.filter(({ runs }) => runs);
      for (const page of running) {
        const { session } = page.client;
        if (session.status === 'signed-out') continue;
        const { sessionId } = session;
        if (hasLeft(page, sessionId)) world.violate(`${page.name} logged out of ${name(sessionId)} and shows it again`);
        else if (isOver(sessionId, page.thawedAt))
          world.violate(`${page.name} shows ${name(sessionId)}, which was ended`);
      }
      const stored = parsePair(storage.settled.get(recordKey))?.sid;
      const since = Math.min(...running.map(({ thawedAt }) => thawedAt));
      if (running.length > 0 && isOver(stored, since, storedGrace))
        world.violate(`storage holds ${name(stored)} again, which was ended`);
    },
  };
};
