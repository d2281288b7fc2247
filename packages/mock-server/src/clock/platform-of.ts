import type { Clock } from './clock.ts';

/** The part of a client's platform that tells and waits for time. */
export interface ClockPlatform {
  now(): number;
  setTimer(callback: () => void, delay: number): () => void;
}

/**
 * Puts a client into the server's time.
 *
 * @example createAuthClient({ baseUrl, platform: platformOf(server.clock) });
 */
export function platformOf(clock: Clock): ClockPlatform {
  return {
    now: () => clock.now(),
    setTimer: (callback, delay) => clock.setTimer(callback, delay),
  };
}
