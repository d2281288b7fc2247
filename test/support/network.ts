import { type SetupServer, setupServer } from 'msw/node';

/** The network of a scenario; `setup.ts` switches it on. A request that nothing handles fails, and so does its test. */
export const network: SetupServer = setupServer();
