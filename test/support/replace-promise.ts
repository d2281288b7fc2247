import { ForeignPromise } from './foreign-promise.ts';

// For every test of a project: `globalThis.Promise` is not what native async functions give.
globalThis.Promise = ForeignPromise as unknown as PromiseConstructor;
