import { type HttpHandler, http } from 'msw';
import type { AuthServer } from './auth-server.ts';

/**
 * MSW hands requests on without `Origin`. A page with a CORS check of its own, such as happy-dom's, would then refuse every
 * answer; a worker or an interceptor in the page's own process protects nothing by it, so that here any page may read.
 */
function readable(response: Response): Response {
  if (response.type === 'error' || response.headers.has('access-control-allow-origin')) return response;
  const { headers } = response;
  headers.set('access-control-allow-origin', '*');
  headers.set('access-control-expose-headers', 'Date, DPoP-Nonce, Retry-After, WWW-Authenticate');
  return response;
}

/** Whether a page such as happy-dom's asks for leave to send a request, whoever will answer that. */
const isPreflight = ({ method, headers }: Request): boolean => method === 'OPTIONS' && !headers.has('origin');

const preflight = ({ headers }: Request): Response =>
  new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods':
        headers.get('access-control-request-method') ?? 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers':
        headers.get('access-control-request-headers') ?? 'Authorization, Content-Type, DPoP, Idempotency-Key',
    },
  });

/**
 * Serves an auth server through MSW, in Node (`msw/node`) and in browsers (`msw/browser`). Only what the server serves is handled;
 * other addresses under `baseUrl` are left to other handlers. In browsers `baseUrl` may be relative.
 *
 * Firefox sends a request with `keepalive`, such as a logout, past every service worker. Behind `msw/browser`, give the client
 * `fetch: (input, init) => fetch(input, { ...init, keepalive: false })`.
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
      async ({ request }) =>
        isPreflight(request)
          ? preflight(request)
          : readable(await server.fetch(request, { basePath: base.pathname, anyOrigin: true })),
    ),
    // For handlers of the application on the same origin: a page that gets no leave never comes to them.
    http.options(/./, ({ request }) =>
      isPreflight(request) && new URL(request.url).origin === base.origin ? preflight(request) : undefined,
    ),
  ];
}
