import { vi } from 'vitest';

/** Looks again and again until nothing is thrown: generous, because the machine may be busy. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 15_000, interval: 5 });
