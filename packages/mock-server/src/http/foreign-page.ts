import { Refusal } from './refusal.ts';

/**
 * Whether a page that is neither allowed nor the server's own sent the request. Browsers say so, and no page can change what they
 * say; what is no browser says nothing.
 */
export function isFromForeignPage({ headers }: Request, url: URL, allowedOrigins: readonly string[]): boolean {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (origin === null) return site === 'cross-site' || site === 'same-site';
  // 'same-origin' also where a development server hands the request on and the host is another.
  if (allowedOrigins.includes(origin) || site === 'same-origin') return false;
  // Without the scheme: a proxy may have ended TLS.
  return !URL.canParse(origin) || new URL(origin).host !== url.host;
}

/** A request that may do more than read. */
const changes = ({ method }: Request): boolean => method !== 'GET' && method !== 'HEAD';

/**
 * Refuses what a page of somebody else makes its visitor's browser send, before it counts against the visitor's address. Reading is
 * left to CORS.
 *
 * @throws Refusal with 403.
 */
export function refuseForeignPages(request: Request, url: URL, allowedOrigins: readonly string[]): void {
  if (!changes(request) || !isFromForeignPage(request, url, allowedOrigins)) return;
  const page = (request.headers.get('origin') ?? 'an origin that is not named').slice(0, 200);
  const remedy = 'name the origin in allowedOrigins, or start the server with --origin';
  throw new Refusal(403, 'origin_not_allowed', `Pages of ${page} are not allowed here: ${remedy}.`);
}
