import type { PageSignal, Platform } from '../platform.ts';
import type { TokenStore } from '../storage/token-store.ts';
import type { Endings } from './endings.ts';
import type { SessionWatch } from './session-watch.ts';
import type { TabMessage } from './tab-sync.ts';

/** What a tab makes of what it hears from the page and from other tabs: hints, after which it looks for itself. */
export interface Hearing {
  onSignal(signal: PageSignal): void;
  onMessage(message: TabMessage): void;
}

export interface HearingPorts {
  readonly watch: SessionWatch;
  readonly store: Pick<TokenStore, 'read' | 'remove'>;
  readonly endings: Endings;
  readonly platform: Pick<Platform, 'setTimer'>;
  readonly storageKey: string;
  /** A session is over for good, wherever it ended. */
  readonly forget: (sid: string) => void;
  /** The page is there again, or the network is. */
  readonly onReturn: (isOnline: boolean) => void;
}

/**
 * A message and the storage it is about travel by different ways, and either may come first. Milliseconds after which a tab
 * that heard of a change and saw none looks again.
 */
const laterLooks: readonly number[] = [20, 200];

/** How long a tab that saw a session vanish waits to hear why, in milliseconds. No request carries the session meanwhile. */
const timeToExplain = 50;

export function createHearing(ports: HearingPorts): Hearing {
  const { watch, store, endings, platform, storageKey, forget, onReturn } = ports;

  const lookUntilSeen = (delays: readonly number[]): void => {
    const [delay, ...later] = delays;
    if (watch.look('other-tab') || delay === undefined) return;
    platform.setTimer(() => lookUntilSeen(later), delay);
  };

  return {
    onSignal(signal) {
      const { type } = signal;
      if (type === 'online' || type === 'visible' || type === 'restored') onReturn(type === 'online');
      if (type !== 'storage') watch.look('other-tab');
      else if (signal.key === null) watch.look('other-tab', 'storage-cleared');
      else if (signal.key === storageKey) {
        const sid = watch.known();
        const vanished = sid !== null && store.read() === null && !endings.reasonOf(sid);
        const look = (): void => void watch.look('other-tab', (sid && endings.reasonOf(sid)) || 'other-tab');
        if (vanished) platform.setTimer(look, timeToExplain);
        else look();
      }
    },
    onMessage({ type, sid, reason = 'other-tab' }) {
      if (type === 'started') endings.forgive(sid);
      else if (type === 'ended') {
        endings.explain(sid, reason);
        if (reason === 'other-tab') {
          forget(sid);
          // Written after its end by a tab that had not heard of it yet.
          store.remove(sid);
        }
      }
      lookUntilSeen(laterLooks);
    },
  };
}
