import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { network } from './network.ts';

/** For every scenario: nothing may be rejected unseen, and nothing may leave for a network that is not there. */
const faults: string[] = [];

const onRejection = (reason: unknown): void => {
  faults.push(`a promise was rejected and nobody saw it: ${String(reason)}`);
};

/** A busy machine is slow: what a test waits for may take its time, what fails fails anyway. */
const { waitFor } = vi;
vi.waitFor = (check, options) => waitFor(check, options ?? { timeout: 15_000 });

beforeAll(() => {
  process.on('unhandledRejection', onRejection);
  network.events.on('request:unhandled', ({ request }) => {
    faults.push(`nothing handles ${request.method} ${request.url}`);
  });
  network.listen({ onUnhandledFrame: 'error' });
});

afterEach(async () => {
  // Node tells of a rejection when the turn that could have handled it is over.
  await new Promise((turn) => setImmediate(turn));
  network.resetHandlers();
  globalThis.localStorage?.clear();
  globalThis.sessionStorage?.clear();
  const seen = faults.splice(0);
  if (seen.length > 0) throw new Error(seen.join('\n'));
});

afterAll(() => {
  network.close();
  network.events.removeAllListeners();
  process.off('unhandledRejection', onRejection);
});
