import { durations } from '../../../packages/client/src/options.ts';
import { attemptUnderWay, pairOf } from '../ledger.ts';
import type { Page } from '../world/page.ts';
import type { Invariant } from './invariant.ts';

/** The lock, and an exchange that another tab may still be at. */
const patience = durations.lockTimeout + durations.refreshTimeout + 2_000;

/**
 * A page that finds a refresh that began and never ended takes it up, whether or not anybody asks for anything: later the server
 * may have forgotten what it answered.
 */
export const whatIsLeftIsTakenUp: Invariant = (world) => {
  const { ledger, scheduler, network } = world;
  const known = new Map<Page, number>();
  const found: { page: Page; raw: string; at: number }[] = [];

  const isSettled = ({ page, raw, at }: (typeof found)[number]): boolean => {
    const wasDisturbed = !page.runs || !network.online || world.jumped !== null;
    const isSuperseded = page.thawedAt > at || page.mountedAt > at || world.woke > at || page.state === 'gone';
    const isSent = ledger.refreshToken(raw)?.presentations.some(({ sentAt }) => sentAt >= at) === true;
    return wasDisturbed || isSuperseded || isSent || pairOf(page)?.refreshToken !== raw || !attemptUnderWay(page);
  };

  return {
    afterwards() {
      const now = scheduler.now();
      for (const page of world.openPages) {
        if (known.get(page) === page.mountedAt) continue;
        known.set(page, page.mountedAt);
        const pair = pairOf(page);
        const isOpen = page.client.session.status === 'signed-in';
        if (pair && isOpen && attemptUnderWay(page)) found.push({ page, raw: pair.refreshToken, at: page.mountedAt });
      }
      for (const left of [...found]) {
        if (isSettled(left)) found.splice(found.indexOf(left), 1);
        else if (now - left.at > patience)
          world.violate(`${left.page.name} found a refresh that never ended, and does not take it up`);
      }
    },
  };
};
