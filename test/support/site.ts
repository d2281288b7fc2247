import {
  type AuthServer,
  type AuthServerOptions,
  cheapPasswordHasher,
  createAuthServer,
  type Duration,
} from '@latchkey/mock-server';
import { serve } from '@latchkey/mock-server/node';
import type { Tab } from './browsers.ts';
import { htmlPage, type PageServer, servePages } from './page-server.ts';

/** Pages on one origin, the API on another, both on real HTTP, as in production. */
export interface Site {
  readonly pages: PageServer;
  readonly server: AuthServer;
  /** The page to open: see `AppWindow` for what is in it. */
  readonly app: string;
  /** The API's address, with a slash at the end. */
  readonly api: string;
  /** Moves the server's time, that of these tabs and of pages opened later, but fires no timer in them: as after sleep. */
  advance(tabs: readonly Tab[], duration: Duration): Promise<void>;
  close(): Promise<void>;
}

/** What the application page adds to `window`. */
export interface AppWindow {
  Latchkey: typeof import('@latchkey/client');
  /** Makes `client`: one of the site's API, in the page's time; what it tells is kept in `events`. */
  startClient(options?: object): void;
  client: import('@latchkey/client').AuthClient;
  events: { type: string; status: string }[];
  /** Milliseconds that this page's time is ahead of the machine's. */
  ahead: number;
}

const script = (api: string, ahead: number) => `
window.ahead = ${ahead};
window.events = [];
window.startClient = (options = {}) => {
  window.client = Latchkey.createAuthClient({
    baseUrl: '${api}',
    ...options,
    platform: { now: () => Date.now() + ahead, ...options.platform },
  });
  client.subscribe(({ status }, { type }) => events.push({ type, status }));
};`;

export async function openSite(options: AuthServerOptions = {}): Promise<Site> {
  const pages = await servePages();
  const server = createAuthServer({
    users: [
      { username: 'ada', password: 'lovelace' },
      { username: 'grace', password: 'hopper-1906' },
    ],
    allowedOrigins: [pages.url],
    passwordHasher: cheapPasswordHasher(),
    ...options,
  });
  const { url: api, close } = await serve(server);
  const serveApp = (ahead: number) =>
    pages.serve('/app', htmlPage(`<script src="/latchkey.js"></script><script>${script(api, ahead)}</script>`));
  serveApp(0);
  return {
    pages,
    server,
    app: `${pages.url}/app`,
    api,
    async advance(tabs, duration) {
      server.clock.advance(duration);
      const ahead = server.clock.now() - Date.now();
      serveApp(ahead);
      for (const tab of tabs) await tab.evaluate(setAhead, ahead);
    },
    async close() {
      await close();
      await pages.close();
    },
  };
}

const setAhead = (ahead: number): void => {
  (window as unknown as AppWindow).ahead = ahead;
};
