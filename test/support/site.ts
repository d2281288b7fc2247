import {
  type AuthServer,
  type AuthServerOptions,
  cheapPasswordHasher,
  createAuthServer,
  type Duration,
  type LoggedRequest,
} from '@latchkey/mock-server';
import { serve } from '@latchkey/mock-server/node';
import { overhearServer } from '../../packages/mock-server/src/testing/leak-watch.ts';
import { appHead, setAhead } from './app-page.ts';
import type { Tab } from './browsers.ts';
import { htmlPage, type PageServer, servePages } from './page-server.ts';

export type { AppWindow } from './app-page.ts';

/** Pages on one origin, the API on another, both on real HTTP, as in production. */
export interface Site {
  readonly pages: PageServer;
  readonly server: AuthServer;
  /** The page to open: see `AppWindow` for what is in it. */
  readonly app: string;
  /** The API's address, with a slash at the end. */
  readonly api: string;
  /** The address of the same page with other headers, or in a browser that is different. */
  appWith(variant: AppVariant): string;
  /** What the server was asked at this endpoint so far. */
  asked(endpoint: string): LoggedRequest[];
  /** Moves the server's time, that of these tabs and of pages opened later, but fires no timer in them: as after sleep. */
  advance(tabs: readonly Tab[], duration: Duration): Promise<void>;
  close(): Promise<void>;
}

export interface AppVariant {
  /** Runs in the page before the client is loaded: a function, or statements. */
  readonly before?: (() => void) | string;
  readonly headers?: Record<string, string>;
}

export interface SiteOptions extends AuthServerOptions {
  /** What is between the pages and the server: a proxy, or more than the server can do. */
  readonly around?: (fetch: AuthServer['fetch']) => AuthServer['fetch'];
}

export async function openSite({ around = (fetch) => fetch, ...options }: SiteOptions = {}): Promise<Site> {
  const pages = await servePages();
  const server = overhearServer(
    createAuthServer({
      users: [
        { username: 'ada', password: 'lovelace' },
        { username: 'grace', password: 'hopper-1906' },
      ],
      // A page in a sandbox has the origin "null".
      allowedOrigins: [pages.url, 'null'],
      echo: true,
      passwordHasher: cheapPasswordHasher(),
      ...options,
    }),
  );
  const { url: api, close } = await serve({ ...server, fetch: around(server.fetch) });
  const apps = new Map<string, AppVariant>([['/app', {}]]);
  let ahead = 0;
  const serveApps = () => {
    for (const [path, { before, headers = {} }] of apps) {
      pages.serve(path, { ...htmlPage(appHead({ api, ahead, before })), headers });
    }
  };
  serveApps();
  return {
    pages,
    server,
    app: `${pages.url}/app`,
    api,
    appWith(variant) {
      const path = `/app-${apps.size}`;
      apps.set(path, variant);
      serveApps();
      return pages.url + path;
    },
    asked: (wanted) => server.requests.filter(({ endpoint }) => endpoint === wanted),
    async advance(tabs, duration) {
      server.clock.advance(duration);
      ahead = server.clock.now() - Date.now();
      serveApps();
      for (const tab of tabs) await tab.evaluate(setAhead, ahead);
    },
    async close() {
      await close();
      await pages.close();
    },
  };
}
