import { development } from '../development.ts';
import { ConfigurationError } from '../errors.ts';

/**
 * A browser would carry the token to wherever a redirect leads on the same origin, also out of a prefix with a path, and
 * hides where that is. So that no redirect is followed there.
 * @throws ConfigurationError for a redirect.
 */
export function refuseRedirect(answer: Response, method: string, url: string): Response {
  const { type, status, headers } = answer;
  // In a browser it is opaque; elsewhere it says where it leads.
  if (type !== 'opaqueredirect' && !(status > 300 && status < 400 && headers.has('location'))) return answer;
  void answer.body?.cancel().catch(() => {});
  throw new ConfigurationError(
    `${method} ${url.replace(/[?#].*/, '')} was answered by a redirect, which is not followed with an access token: it may lead out of \`apis\`.` +
      (development
        ? ' Ask for the address it leads to (often the same with a slash at the end), or list the whole origin in `apis`.'
        : ''),
  );
}
