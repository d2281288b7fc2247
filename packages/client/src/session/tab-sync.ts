import type { PageSignal, Platform, TabChannel } from '../platform.ts';
import type { SignedOutReason } from '../types.ts';

/** What tabs say to one another. Hints only: the receiver reads storage again. Never a token. */
export interface TabMessage {
  readonly type: 'started' | 'changed' | 'ended';
  /** Which session, by its local name. */
  readonly id: string;
  /** The session that this one replaces. */
  readonly over?: string;
  readonly reason?: SignedOutReason;
  /** How often its pair has been rotated. */
  readonly generation?: number;
}

export interface TabSync {
  /** Tells the other tabs. */
  say(message: TabMessage): void;
  dispose(): void;
}

export interface TabSyncOptions {
  readonly platform: Pick<Platform, 'openChannel' | 'page'>;
  readonly name: string;
  readonly onMessage: (message: TabMessage) => void;
  readonly onSignal: (signal: PageSignal) => void;
}

function isMessage(value: unknown): value is TabMessage {
  const message = value as Partial<TabMessage> | null;
  return (
    typeof message === 'object' &&
    message !== null &&
    typeof message.type === 'string' &&
    typeof message.id === 'string'
  );
}

/** Listens to the page and to the other tabs. A page that is put into the back/forward cache lets go of its channel. */
export function createTabSync({ platform, name, onMessage, onSignal }: TabSyncOptions): TabSync {
  let channel: TabChannel | null = null;

  const open = (): void => {
    channel ??= platform.openChannel(name);
    if (channel) channel.onmessage = ({ data }) => isMessage(data) && onMessage(data);
  };
  const close = (): void => {
    channel?.close();
    channel = null;
  };
  const stopListening = platform.page.listen((signal) => {
    if (signal.type === 'leaving') close();
    else if (signal.type === 'restored' || signal.type === 'visible') open();
    onSignal(signal);
  });
  open();

  return {
    say(message) {
      // Called while a page is being left, too.
      open();
      try {
        channel?.postMessage(message);
      } catch {
        // Closed under us: the other tabs read storage anyway.
      }
    },
    dispose() {
      stopListening();
      close();
    },
  };
}
