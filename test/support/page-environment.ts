import { builtinEnvironments, type Environment } from 'vitest/runtime';

/** What a page shares with Node, and what the network code of Node is used with: it keeps to the standards more closely. */
const nodesOwn = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'DOMException',
  'File',
  'FormData',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'TransformStream',
  'URL',
  'URLSearchParams',
  'WritableStream',
  'fetch',
] as const;

/** A happy-dom page with the network of Node, which MSW intercepts. */
const page: Environment = {
  name: 'page',
  viteEnvironment: 'client',
  async setup(global, options) {
    const natives = nodesOwn.map((name) => [name, Object.getOwnPropertyDescriptor(global, name)] as const);
    const { teardown } = await builtinEnvironments['happy-dom'].setup(global, options);
    for (const [name, descriptor] of natives) {
      if (descriptor !== undefined) Object.defineProperty(global, name, { ...descriptor, configurable: true });
    }
    return { teardown };
  },
};

export default page;
