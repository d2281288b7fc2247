import { overhear } from '../../packages/mock-server/src/testing/leak-watch.ts';

/** The part of `BroadcastChannel` that tabs use. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

export interface ChannelHub {
  /** `deliver` decides when the receiving tab gets to it: at once, later (frozen) or never (gone). */
  open(name: string, deliver: (task: () => void) => void): Channel;
  /** Everything said so far, for tests that look for what must not be said. */
  readonly said: readonly unknown[];
}

/** Channels among the tabs of one profile: a copy of every message, to every other open channel of that name. */
export function createChannelHub(): ChannelHub {
  const open = new Map<string, Set<{ channel: Channel; deliver: (task: () => void) => void }>>();
  const said: unknown[] = [];
  return {
    said,
    open(name, deliver) {
      const members = open.get(name) ?? new Set();
      open.set(name, members);
      const channel: Channel = {
        onmessage: null,
        postMessage(message) {
          if (!members.has(member)) throw new DOMException('The channel is closed.', 'InvalidStateError');
          const data: unknown = structuredClone(message);
          said.push(data);
          overhear(data);
          for (const other of members) {
            if (other === member) continue;
            other.deliver(() => {
              if (members.has(other))
                other.channel.onmessage?.(new MessageEvent('message', { data: structuredClone(data) }));
            });
          }
        },
        close: () => void members.delete(member),
      };
      const member = { channel, deliver };
      members.add(member);
      return channel;
    },
  };
}
