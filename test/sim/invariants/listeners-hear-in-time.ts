import type { SessionSnapshot } from '@latchkey/client/core';
import { parsePair, recordKey } from '../ledger.ts';
import type { Page } from '../world/page.ts';
import type { Invariant } from './invariant.ts';

/** Until tabs that wrote at once have agreed, in milliseconds. */
const grace = 700;

/** A write can be read by others after so many milliseconds. */
const travel = 5;

const sessionOf = (snapshot: SessionSnapshot): string | null =>
  snapshot.status === 'signed-out' ? null : snapshot.sessionId;

/** An application is told who is signed in, soon after that changed, wherever it did. */
export const listenersHearInTime: Invariant = (world) => {
  const { scheduler, storage, setup } = world;
  /** Since when a page tells something else than what is stored. */
  const wrong = new Map<Page, number>();

  /**
   * Nobody tells a page that it cleared storage itself, nor any page where storage says nothing; and without messages nobody
   * tells it what another client in it did.
   */
  const untold = new Set<unknown>();

  const check = (page: Page, told: SessionSnapshot): void => {
    const stored = parsePair(storage.settled.get(recordKey))?.sid ?? null;
    const now = scheduler.now();
    const since = wrong.get(page) ?? now;
    const disturbed = !page.runs || Math.max(page.thawedAt, page.mountedAt, world.woke) >= since;
    wrong.delete(page);
    // What was said just before nobody repeats, and what was written just before it may not have read.
    if (setup.hears === 'messages' && since - page.mountedAt < travel) untold.add(page);
    // Nor does anybody say what he swept away after that.
    if (setup.hears === 'messages' && now - world.clearedAt < 5_000) untold.add(page);
    if (sessionOf(told) === stored) untold.delete(page);
    else if (!disturbed && !untold.has(page) && now - since > grace)
      world.violate(`${page.name} was wrong about who is signed in for ${now - since} ms`);
    else wrong.set(page, disturbed ? now : since);
  };

  return {
    onWrite({ key, by }) {
      if (key === null || setup.hears === 'events') untold.add(by);
      if (key === null && setup.hears === 'messages') for (const page of world.openPages) untold.add(page);
    },
    onEvent: (page, before) => check(page, before),
    afterwards() {
      for (const page of world.openPages) check(page, page.told);
    },
  };
};
