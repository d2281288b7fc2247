// jsdom has no WebCrypto, and Node has.
Object.defineProperty(globalThis, 'crypto', { value: require('node:crypto').webcrypto, configurable: true });
