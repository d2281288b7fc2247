import { resolvePolicy } from '../../../packages/mock-server/src/policy.ts';
import { parsePair, recordKey, type SessionFacts } from '../ledger.ts';
import type { Page } from '../world/page.ts';
import type { Invariant } from './invariant.ts';

/** Lifetimes go over the wire in whole seconds. */
const { refreshWindow } = resolvePolicy();
const rounding = 2_000;

/** Revocations on the server that only a client in the wrong can cause. */
const accusations = ['pair_mismatch', 'suspected_theft'];

/**
 * A session ends only by a logout, because our server refused it, because storage was cleared, or at one of its two limits; and
 * each tab tells its end once.
 */
export const sessionsEndForAReason: Invariant = (world) => {
  const { ledger, store, scheduler, storage } = world;
  const ended = new Map<Page, Set<string>>();
  const limits = new Map<SessionFacts, number>();
  const ends = new Map<SessionFacts, number>();

  /** The session in its place, if nobody logged out in between. */
  const successorOf = (session: SessionFacts): SessionFacts | undefined => {
    let last: SessionFacts | undefined = session;
    while (last && [...last.causes].join() === 'replaced') last = ledger.sessions.get(last.replacedBy ?? '');
    return last;
  };

  const tellsEnd = (page: Page, sid: string, how: string): void => {
    const session = ledger.sessions.get(sid);
    if (session && session.causes.size === 0)
      world.violate(`${page.name} tells that ${session.name} is over (${how}), for no reason`);
    const next = parsePair(storage.settled.get(recordKey));
    if (session && next && next.sid !== sid && successorOf(session)?.sid === next.sid) {
      world.violate(`${page.name} tells that nobody is signed in, when somebody has logged in over ${session.name}`);
    }
    const told = ended.get(page) ?? new Set();
    ended.set(page, told);
    if (told.has(sid)) world.violate(`${page.name} tells for the second time that ${session?.name} is over`);
    told.add(sid);
  };

  const tellsLapse = (page: Page, sid: string, reason: string): void => {
    const session = ledger.sessions.get(sid);
    const limit = session && limits.get(session);
    if (!session || limit === undefined || world.jumped !== null) return;
    const forgivable = session.causes.has('refused') || session.excuses.has('slow');
    if (!forgivable && scheduler.now() < limit - rounding)
      world.violate(`${page.name} tells too early that ${session.name} has lapsed`);
    const isOver = scheduler.now() >= (ends.get(session) ?? 0) - rounding;
    if (isOver !== (reason === 'session-expired'))
      world.violate(`${page.name} tells that ${session.name} has lapsed for the wrong reason (${reason})`);
  };

  const showsTheDead = (page: Page): void => {
    const { session: snapshot } = page.client;
    if (snapshot.status !== 'signed-in' || world.jumped !== null) return;
    const session = ledger.sessions.get(snapshot.sessionId);
    const limit = session && limits.get(session);
    if (limit !== undefined && scheduler.now() > limit + rounding) {
      world.violate(`${page.name} shows ${session?.name}, whose time is over, as signed in`);
    }
  };

  return {
    onEvent(page, before, snapshot, event) {
      if (event.type === 'signed-in' && snapshot.status !== 'signed-out') ended.get(page)?.delete(snapshot.sessionId);
      if (event.type === 'signed-out' && before.status !== 'signed-out') tellsEnd(page, before.sessionId, event.reason);
      if (event.type === 'lapsed' && snapshot.status === 'lapsed') tellsLapse(page, snapshot.sessionId, event.reason);
    },
    async onServed() {
      for (const { family } of await store.list()) {
        const session = ledger.sessions.get(family.id);
        if (!session) continue;
        ends.set(session, family.absoluteExpiresAt);
        limits.set(session, Math.min(family.lastRotatedAt + refreshWindow, family.absoluteExpiresAt));
        if (accusations.includes(family.revokeReason ?? '')) {
          world.violate(`the server ended ${session.name} for ${family.revokeReason}`);
        }
      }
    },
    afterwards() {
      for (const page of world.openPages) if (page.state === 'running') showsTheDead(page);
    },
  };
};
