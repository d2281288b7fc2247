import { type HttpHandler, http } from 'msw';
import type { AuthServer } from './auth-server.ts';

/**
 * Serves an auth server through MSW, in Node (`msw/node`) and in browsers (`msw/browser`). Only what the server serves is handled;
 * other addresses under `baseUrl` are left to other handlers. In browsers `baseUrl` may be relative.
 *
 * @example setupServer(...createHandlers(server, { baseUrl: 'https://api.example/v1/' })).listen();
 * @throws TypeError for a `baseUrl` that is no URL, such as a relative one where there is no page.
 */
export function createHandlers(server: AuthServer, { baseUrl }: { baseUrl: string | URL }): HttpHandler[] {
  const base = new URL(baseUrl, globalThis.location?.href);
  const isServed = (url: URL) => url.origin === base.origin && server.serves(url, base.pathname);
  return [
    http.all(
      ({ request }) => isServed(new URL(request.url)),
      // A network fault is `Response.error()`, which MSW turns into a failed request.
      ({ request }) => server.fetch(request, { basePath: base.pathname }),
    ),
  ];
}
