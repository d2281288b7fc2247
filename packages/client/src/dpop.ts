export { type DpopOptions, dpopFetch } from './dpop/dpop-fetch.ts';
