import type { Clock } from './clock.ts';

/** What a client needs of `navigator.locks`. */
export interface ClockLocks {
  request<T>(
    name: string,
    options: { signal?: AbortSignal; ifAvailable?: boolean },
    callback: (lock: unknown) => Promise<T>,
  ): Promise<T>;
}

/** What a client needs of a `BroadcastChannel`. */
export interface ClockChannel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

/**
 * How long a request for a lock waits while the time of its clock stands still, in real milliseconds: who holds the lock may
 * itself be waiting for that time to pass.
 */
const patience = 500;

/** Exclusive locks, granted in the order in which they are asked for. */
export function createLocks(clock: Clock): ClockLocks {
  /** Those who wait, by name; a name is in here while its lock is held. */
  const queues = new Map<string, (() => void)[]>();

  /** Resolves with whether the lock is the caller's now. */
  const acquire = (name: string, signal: AbortSignal | undefined, ifAvailable: boolean | undefined): Promise<boolean> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const queue = queues.get(name);
      if (!queue) {
        queues.set(name, []);
        resolve(true);
        return;
      }
      if (ifAvailable) {
        resolve(false);
        return;
      }
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        if (queue.includes(grant)) queue.splice(queue.indexOf(grant), 1);
      };
      const grant = () => {
        settle();
        resolve(true);
      };
      const abort = () => {
        settle();
        reject(signal?.reason);
      };
      let timer: ReturnType<typeof setTimeout> | undefined;
      const watchClock = () => {
        const before = clock.now();
        timer = setTimeout(() => {
          if (clock.now() !== before) return watchClock();
          settle();
          reject(new DOMException('The lock is held while the clock stands still.', 'AbortError'));
        }, patience);
        (timer as { unref?: () => void }).unref?.();
      };
      queue.push(grant);
      signal?.addEventListener('abort', abort);
      watchClock();
    });

  const release = (name: string) => {
    const next = queues.get(name)?.[0];
    if (next) next();
    else queues.delete(name);
  };

  return {
    async request(name, { signal, ifAvailable }, callback) {
      if (!(await acquire(name, signal, ifAvailable))) return callback(null);
      try {
        return await callback({ name, mode: 'exclusive' });
      } finally {
        release(name);
      }
    },
  };
}

/** Opens channels on which everybody hears what the others say, in a later turn. */
export function createChannels(): (name: string) => ClockChannel {
  const open = new Map<string, Set<ClockChannel>>();
  return (name) => {
    const members = open.get(name) ?? new Set();
    open.set(name, members);
    const channel: ClockChannel = {
      onmessage: null,
      postMessage(message) {
        if (!members.has(channel)) throw new DOMException('The channel is closed.', 'InvalidStateError');
        for (const other of members) {
          const data: unknown = structuredClone(message);
          if (other === channel) continue;
          queueMicrotask(() => {
            if (members.has(other)) other.onmessage?.(new MessageEvent('message', { data }));
          });
        }
      },
      close: () => void members.delete(channel),
    };
    members.add(channel);
    return channel;
  };
}
