import type { Clock } from '@latchkey/mock-server';
import { pendingCrypto } from '../support/pending-crypto.ts';

/** Lets everything that is under way come to rest, while the clock stands where it is. */
export async function atRest(): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet = pendingCrypto() > 0 ? 0 : quiet + 1) await new Promise(setImmediate);
}

/** Waits for what a client does; where it waits for a time, that time passes on the server's clock. */
export async function inServerTime<T>(clock: Clock, work: Promise<T>): Promise<T> {
  let settled = false;
  const watch = () => {
    settled = true;
  };
  work.then(watch, watch);
  await atRest();
  for (let tries = 0; !settled && tries < 1_000; tries += 1) {
    clock.advance(100);
    await atRest();
  }
  return work;
}
