export { setupWorker } from 'msw/browser';
export * from './index.ts';
export { createHandlers } from './msw.ts';
