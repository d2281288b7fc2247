/** What a page without a bundler needs to run the server itself: the core, MSW's worker and the state that tabs share. */
export { setupWorker } from 'msw/browser';
export * from './index.ts';
export * from './indexeddb.ts';
export { createHandlers } from './msw.ts';
