/** Calls of WebCrypto that have not ended. They run outside of the event loop's turns, so that counting turns misses them. */
let pending = 0;

const subtle = globalThis.crypto.subtle;
for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(subtle))) {
  const original: unknown = Reflect.get(subtle, name);
  if (typeof original !== 'function' || name === 'constructor') continue;
  Object.defineProperty(subtle, name, {
    configurable: true,
    value: (...args: unknown[]) => {
      pending += 1;
      const result = (original as (...given: unknown[]) => Promise<unknown>).apply(subtle, args);
      const done = (): void => {
        pending -= 1;
      };
      result.then(done, done);
      return result;
    },
  });
}

export const pendingCrypto = (): number => pending;
