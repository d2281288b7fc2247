import type { Clock } from './clock.ts';
import { type ClockChannel, type ClockLocks, createChannels, createLocks } from './shared-platform.ts';

/** The parts of a client's platform that tell time, wait for it, and connect the clients that live in it. */
export interface ClockPlatform {
  now(): number;
  setTimer(callback: () => void, delay: number): () => void;
  /** A lock that somebody else holds while the clock stands still is refused after half a second, and the client goes on without it. */
  readonly locks: ClockLocks;
  openChannel(name: string): ClockChannel;
}

const shared = new WeakMap<Clock, Pick<ClockPlatform, 'locks' | 'openChannel'>>();

/**
 * Puts a client into the server's time. Clients of one clock are like tabs of one browser: they share locks and channels.
 * Clients of different clocks share nothing, even in one process.
 *
 * @example createAuthClient({ baseUrl, platform: platformOf(server.clock) });
 */
export function platformOf(clock: Clock): ClockPlatform {
  const others = shared.get(clock) ?? { locks: createLocks(clock), openChannel: createChannels() };
  shared.set(clock, others);
  return {
    now: () => clock.now(),
    setTimer: (callback, delay) => clock.setTimer(callback, delay),
    ...others,
  };
}
