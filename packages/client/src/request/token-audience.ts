import { ConfigurationError } from '../errors.ts';

/** Which URLs may receive the access token: exact origin and path prefix, nothing else ever. */
export interface TokenAudience {
  /** The absolute URL of what is about to be fetched. */
  resolve(input: string | URL): string;
  /** @param url absolute. */
  mayCarry(url: string): boolean;
}

const local = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** A prefix as an URL that ends in a slash, so that `/v1` does not cover `/v10`. */
function prefixOf(api: string | URL, base: URL): URL {
  let url: URL;
  try {
    url = new URL(api, base);
  } catch (cause) {
    throw new ConfigurationError(`"apis" holds what is no URL: ${String(api)}`, { cause });
  }
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && local.test(url.hostname));
  if (!secure) throw new ConfigurationError(`An access token travels over https only (or to localhost): ${url.origin}`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/**
 * @param apis prefixes that may carry the token, absolute or relative to `base`.
 * @throws ConfigurationError for a prefix that is no URL, or neither https nor localhost (RFC 6750 §5.3).
 */
export function createTokenAudience(base: URL, apis: readonly (string | URL)[]): TokenAudience {
  const prefixes = apis.map((api) => prefixOf(api, base));
  // Any URL that begins with one of these is inside it, whatever follows: no parsing needed.
  const origins = prefixes.filter(({ pathname }) => pathname === '/').map(({ origin }) => `${origin}/`);

  return {
    resolve(input) {
      if (typeof input !== 'string') return input.href;
      return origins.some((origin) => input.startsWith(origin)) ? input : new URL(input, base).href;
    },
    mayCarry(url) {
      if (origins.some((origin) => url.startsWith(origin))) return true;
      const { origin, pathname, username, password } = new URL(url);
      if (username || password) return false;
      return prefixes.some((prefix) => prefix.origin === origin && `${pathname}/`.startsWith(prefix.pathname));
    },
  };
}
