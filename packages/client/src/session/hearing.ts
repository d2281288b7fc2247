import type { PageSignal, Platform } from '../platform.ts';
import type { Endings } from './endings.ts';
import type { LiveRecord } from './live-record.ts';
import type { SessionWatch } from './session-watch.ts';
import type { TabMessage } from './tab-sync.ts';

/** What a tab makes of what it hears from the page and from other tabs: hints, after which it looks for itself. */
export interface Hearing {
  onSignal(signal: PageSignal): void;
  onMessage(message: TabMessage): void;
}

export interface HearingPorts {
  readonly watch: SessionWatch;
  readonly live: LiveRecord;
  readonly endings: Endings;
  readonly platform: Pick<Platform, 'setTimer'>;
  readonly storageKey: string;
  readonly outboxKey: string;
  /** A session is over for good, wherever it ended. */
  readonly forget: (id: string) => void;
  /** The page is there again, or the network is. */
  readonly onReturn: (how: 'online' | 'visible' | 'restored') => void;
  /** Another tab has changed the list of logouts that the server has yet to hear of. */
  readonly onOutbox: () => void;
}

/**
 * A message and the storage it is about travel by different ways, and either may come first. Milliseconds after which a tab
 * that heard of a change and saw none looks again.
 */
const laterLooks: readonly number[] = [20, 200];

/** How long a tab that saw a session vanish waits to hear why, in milliseconds. No request carries the session meanwhile. */
const timeToExplain = 50;

/** After which whatever tabs wrote without having heard of one another has become visible everywhere, in milliseconds. */
const timeToSettle = 250;

export function createHearing(ports: HearingPorts): Hearing {
  const { watch, live, endings, platform, storageKey, outboxKey, forget, onReturn, onOutbox } = ports;

  const lookUntilSeen = (delays: readonly number[]): void => {
    const [delay, ...later] = delays;
    if (watch.look('other-tab') || delay === undefined) return;
    platform.setTimer(() => lookUntilSeen(later), delay);
  };

  return {
    onSignal(signal) {
      const { type } = signal;
      if (type === 'online' || type === 'visible' || type === 'restored') onReturn(type);
      if (type !== 'storage') watch.look('other-tab');
      else if (signal.key === null) watch.look('other-tab', 'storage-cleared');
      else if (signal.key === outboxKey) onOutbox();
      else if (signal.key === storageKey) {
        const id = watch.known();
        const isUnexplained = id !== null && live.read() === null && !endings.reasonOf(id);
        const look = (): void => void watch.look('other-tab', (id && endings.reasonOf(id)) || 'other-tab');
        if (isUnexplained) platform.setTimer(look, timeToExplain);
        else look();
        platform.setTimer(live.sweep, timeToSettle);
      }
    },
    onMessage({ type, id, over, generation, reason = 'other-tab' }) {
      if (generation !== undefined) endings.advance(id, generation);
      if (over !== undefined) forget(over);
      if (type === 'ended') {
        endings.explain(id, reason);
        if (reason === 'other-tab') forget(id);
      }
      if (type !== 'changed') platform.setTimer(live.sweep, timeToSettle);
      lookUntilSeen(laterLooks);
    },
  };
}
