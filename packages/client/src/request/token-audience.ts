import { wrongOption } from '../check-options.ts';
import { development } from '../development.ts';
import { ConfigurationError } from '../errors.ts';
import { isUrl, isWebUrl } from '../option-rules.ts';
import { warnOnce } from '../warn.ts';
import { carriesOwn, headersAsTheyAre } from './headers.ts';
import { checkSecure } from './secure-host.ts';

/** Which URLs may receive the access token: exact origin and path prefix, nothing else ever. */
export interface TokenAudience {
  /** The absolute URL of what is about to be fetched. */
  resolve(input: string | URL): string;
  /**
   * The same, of what may carry the token.
   * @throws ConfigurationError for any other address.
   */
  require(input: string | URL): string;
  /** @param url absolute. */
  mayCarry(url: string): boolean;
  /** Whether all of that URL's origin may: wherever on it a redirect leads, the token may go there. */
  isWhole(url: string): boolean;
  /**
   * In development, warns of a request that goes to the API's origin, and yet may not carry the token.
   * @param headers with an `Authorization` of the caller, nobody is warned.
   */
  warnOutside(url: string, headers: HeadersInit | undefined): void;
}

/** A relative URL that needs no parsing: nothing in it could lead elsewhere, or be written in another way. */
const plain = /^\w[\w/-]*(\?[\w=&-]*)?$/;

/**
 * What some servers read as a way up or as a slash, and browsers leave as it is, however often it is encoded: slashes and
 * backslashes, segments that begin with two dots (`..;`, `%2e%2e;`), bytes that no UTF-8 has (`%c0%af`), and `%u002f`. In a
 * prefix with a path it could lead out.
 */
const devious = /%(?:25)*(?:2f|5c|c[01]|e0%(?:25)*[89]|f0%(?:25)*8|u)|(?:^|\/)(?:\.|%(?:25)*2e){2}/i;

function webUrl(value: string | URL, base: string | URL | undefined): URL | null {
  try {
    const url = new URL(value, base);
    return value && /^https?:/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** @throws ConfigurationError for what is no URL of the web (`localhost:3000` has the scheme `localhost`), or not secure. */
export function urlOf(
  option: string,
  value: string | URL,
  base: string | URL | undefined,
  insecureHosts: readonly string[],
): URL {
  const url = webUrl(value, base);
  if (!url) throw wrongOption(option, value, isWebUrl);
  checkSecure(option, url, insecureHosts);
  return url;
}

/** A prefix ends in a slash, so that `/v1` does not cover `/v10`, and nothing comes after it. */
export function prefixOf(...given: Parameters<typeof urlOf>): URL {
  const url = urlOf(...given);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return url;
}

/**
 * @param apis prefixes that may carry the token, absolute or relative to `base`.
 * @throws ConfigurationError for a prefix that is no URL, or not secure.
 */
export function createTokenAudience(
  base: URL,
  apis: readonly (string | URL)[],
  insecureHosts: readonly string[],
): TokenAudience {
  const prefixes = apis.map((api) => {
    const { origin, pathname } = prefixOf('apis', api, base, insecureHosts);
    return origin + pathname;
  });
  const warnOutside = (url: string): void => {
    const { origin, pathname } = new URL(url);
    if (origin !== base.origin) return;
    warnOnce(
      `${origin}${pathname} was requested without the access token: it is outside of \`apis\` (${prefixes.join(', ')}). ` +
        'A path that begins with a slash starts at the origin, so leave out the slash, or add the prefix to `apis`, ' +
        'or pass `auth: false`.',
    );
  };
  // Any URL that begins with a whole origin is inside it, whatever follows: no parsing needed.
  const origins = prefixes.filter((prefix) => prefix === new URL('/', prefix).href);
  const isWhole = (url: string): boolean => origins.some((origin) => url.startsWith(origin));

  const mayCarry = (url: string): boolean => {
    if (isWhole(url)) return true;
    const { origin, pathname, username, password } = new URL(url);
    if (username || password) return false;
    const path = `${origin}${pathname}/`;
    return prefixes.some((prefix) => path.startsWith(prefix) && !devious.test(path.slice(prefix.length)));
  };

  return {
    resolve(input) {
      const text = String(input);
      if (plain.test(text)) return base.href + text;
      return isWhole(text) ? text : new URL(text, base).href;
    },
    require(input) {
      const found = isUrl(input) && webUrl(input, base);
      if (!found) throw wrongOption('url', input, isWebUrl);
      const { href, protocol, host, pathname } = found;
      if (mayCarry(href)) return href;
      throw new ConfigurationError(
        `${protocol}//${host}${pathname} may not get the access token: it is outside of \`apis\` (${prefixes.join(', ')}).`,
      );
    },
    mayCarry,
    isWhole,
    warnOutside(url, headers) {
      // Asked of no headers that can be read only once.
      if (development && !(headers && ('next' in headers || carriesOwn(headersAsTheyAre(headers))))) warnOutside(url);
    },
  };
}
