/** What one tab's devtools say of it. */
export interface TabNote {
  readonly name: string;
  readonly title: string;
  readonly visible: boolean;
  readonly phase: string;
}

interface Message {
  readonly type: 'here' | 'who' | 'gone';
  readonly note: TabNote;
}

/** The other tabs whose devtools are open. */
export interface OtherTabs {
  readonly list: readonly TabNote[];
  /** Tells the others how things are here. */
  announce(): void;
  close(): void;
}

/** @param channelName the same in all tabs of one client. */
export function createOtherTabs(channelName: string, note: () => TabNote, onChange: () => void): OtherTabs {
  const tabs = new Map<string, TabNote>();
  let channel: BroadcastChannel | null = null;
  try {
    channel = new BroadcastChannel(channelName);
  } catch {
    // Without a channel there are no other tabs to be seen.
  }
  const say = (type: Message['type']): void => channel?.postMessage({ type, note: note() } satisfies Message);
  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.type === 'gone') tabs.delete(data.note.name);
      else tabs.set(data.note.name, data.note);
      if (data.type === 'who') say('here');
      onChange();
    };
  }
  const leave = (): void => say('gone');
  globalThis.addEventListener?.('pagehide', leave);
  say('who');
  return {
    get list() {
      return [...tabs.values()];
    },
    announce: () => say('here'),
    close() {
      leave();
      globalThis.removeEventListener?.('pagehide', leave);
      channel?.close();
    },
  };
}
