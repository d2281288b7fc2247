import type { TabChannel } from '@latchkey/client/core';
import type { Actor, Scheduler } from './scheduler.ts';

/** `BroadcastChannel` of one browser profile: a copy of every message to every other open channel of that name, each an event. */
export function createDeviceChannels({ plan }: Pick<Scheduler, 'plan'>, onSaid: (message: unknown) => void) {
  const members = new Set<{ actor: Actor; name: string; channel: TabChannel }>();

  return {
    open(actor: Actor, name: string): TabChannel {
      const channel: TabChannel = {
        onmessage: null,
        postMessage(message) {
          if (!members.has(self)) throw new DOMException('The channel is closed.', 'InvalidStateError');
          onSaid(message);
          for (const other of members) {
            if (other === self || other.name !== name || other.actor.gone) continue;
            const data: unknown = structuredClone(message);
            plan({
              what: `hears ${JSON.stringify(message)} from ${actor.name}`,
              actor: other.actor,
              lane: `channel from ${actor.name} to ${other.actor.name}`,
              delay: 2,
              run: () => void (members.has(other) && other.channel.onmessage?.({ data } as MessageEvent)),
            });
          }
        },
        close: () => void members.delete(self),
      };
      const self = { actor, name, channel };
      members.add(self);
      return channel;
    },
    /** The page is gone. */
    release(actor: Actor): void {
      for (const member of members) if (member.actor === actor) members.delete(member);
    },
  };
}

export type DeviceChannels = ReturnType<typeof createDeviceChannels>;
