/** What the server serves, relative to where it is mounted. */
export type Endpoint =
  | 'login'
  | 'refresh'
  | 'logout'
  | 'revoke'
  | 'sessions'
  | 'session'
  | 'logout-all'
  | 'metadata'
  | 'jwks'
  | 'me'
  | 'echo';

interface Route {
  readonly endpoint: Endpoint;
  readonly path: string;
  /** Null serves every method. */
  readonly methods: readonly string[] | null;
  /** Whether anything below the path is served too. */
  readonly below?: true;
  /** Refusals of OAuth endpoints have the shape of RFC 6749 §5.2, those of the others that of RFC 9457. */
  readonly refusals: 'oauth' | 'problem';
}

const read = ['GET', 'HEAD'];
const wellKnown = '.well-known/oauth-authorization-server';

const routes: readonly Route[] = [
  { endpoint: 'login', path: 'auth/login', methods: ['POST'], refusals: 'oauth' },
  { endpoint: 'refresh', path: 'auth/refresh', methods: ['POST'], refusals: 'oauth' },
  { endpoint: 'logout', path: 'auth/logout', methods: ['POST'], refusals: 'oauth' },
  { endpoint: 'revoke', path: 'auth/revoke', methods: ['POST'], refusals: 'oauth' },
  { endpoint: 'logout-all', path: 'auth/logout-all', methods: ['POST'], refusals: 'problem' },
  { endpoint: 'sessions', path: 'auth/sessions', methods: read, refusals: 'problem' },
  { endpoint: 'session', path: 'auth/sessions', methods: ['DELETE'], below: true, refusals: 'problem' },
  { endpoint: 'jwks', path: 'auth/jwks', methods: read, refusals: 'problem' },
  { endpoint: 'metadata', path: wellKnown, methods: read, refusals: 'problem' },
  { endpoint: 'me', path: 'me', methods: read, refusals: 'problem' },
  { endpoint: 'echo', path: 'echo', methods: null, below: true, refusals: 'problem' },
];

export const endpointNames: readonly Endpoint[] = routes.map(({ endpoint }) => endpoint);

export interface Match {
  readonly route: Route;
  /** What follows the route's path, for those that serve what is below. */
  readonly rest: string;
}

/** `'/v1'`, `'v1/'` and `'/v1/'` are the same place. */
export function normalBasePath(basePath: string): string {
  const characters = [...basePath];
  const first = characters.findIndex((character) => character !== '/');
  if (first === -1) return '/';
  const last = characters.findLastIndex((character) => character !== '/');
  return `/${characters.slice(first, last + 1).join('')}/`;
}

/** Finds what a path asks for; null when nothing is served there. `echo` is served only where that is asked for. */
export function matchPath(pathname: string, basePath: string, { echo }: { readonly echo: boolean }): Match | null {
  // RFC 8414 §3.1 puts the well-known part before the issuer's path.
  const issuerPath = basePath.replace(/\/$/, '');
  const path = pathname === `/${wellKnown}${issuerPath}` ? wellKnown : relative(pathname, basePath);
  if (path === null) return null;
  for (const route of routes) {
    if (route.endpoint === 'echo' && !echo) continue;
    if (path === route.path && !(route.endpoint === 'session')) return { route, rest: '' };
    if (route.below && path.startsWith(`${route.path}/`)) return { route, rest: path.slice(route.path.length + 1) };
  }
  return null;
}

const relative = (pathname: string, basePath: string): string | null =>
  pathname.startsWith(basePath) ? pathname.slice(basePath.length) : null;
