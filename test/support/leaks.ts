import { afterAll, afterEach, beforeAll } from 'vitest';
import { forgetTokens, leaked, overhear, overhearStored } from '../../packages/mock-server/src/testing/leak-watch.ts';

/** For every test of a project: no piece of a token gets out. `leak-watch.ts` says what that means. */
let unwatch = (): void => {};

beforeAll(() => {
  unwatch = watchGlobals();
});

afterEach(async () => {
  // What is read of an answer on the side is read by then.
  await new Promise((turn) => setImmediate(turn));
  const leak = leaked();
  if (leak) throw new Error(`A piece of a token got out: ${leak}`);
});

afterAll(() => {
  unwatch();
  forgetTokens();
});

/** Listens to the console, to messages between tabs and to what is written to the browser's own storage. */
function watchGlobals(): () => void {
  const undo: (() => void)[] = [];
  const instead = <T extends object, K extends keyof T>(owner: T, name: K, listen: (...given: unknown[]) => void) => {
    const original = owner[name] as (...given: unknown[]) => unknown;
    owner[name] = function (this: unknown, ...given: unknown[]) {
      listen(...given);
      return original.apply(this, given);
    } as T[K];
    undo.push(() => {
      owner[name] = original as T[K];
    });
  };
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const)
    instead(console, name, (...args) => args.forEach(overhear));
  if (globalThis.BroadcastChannel) instead(BroadcastChannel.prototype, 'postMessage', overhear);
  if (globalThis.Storage)
    instead(Storage.prototype, 'setItem', (key, value) => overhearStored(String(key), String(value)));
  return () => {
    for (const restore of undo) restore();
  };
}
