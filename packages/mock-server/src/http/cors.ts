const allowedHeaders = ['Authorization', 'Content-Type', 'DPoP', 'Idempotency-Key'];
const allowedMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const exposedHeaders = 'DPoP-Nonce, Retry-After, WWW-Authenticate, Date';
const preflightSeconds = '7200';

/** A name of a header or a method (RFC 9110 §5.6.2), of a length that any has. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/;
const [mostNames, longestList] = [64, 4_096];
/** What no page may send (Fetch, “forbidden method”). */
const forbiddenMethods: readonly string[] = ['CONNECT', 'TRACE', 'TRACK'];

export const isPreflight = (request: Request): boolean =>
  request.method === 'OPTIONS' && request.headers.has('access-control-request-method');

/** What lets a page of exactly that origin read the answer; for any other origin, nothing but `Vary`. */
export function corsHeaders(request: Request, allowedOrigins: readonly string[]): Record<string, string> {
  const origin = request.headers.get('origin');
  if (origin === null || !allowedOrigins.includes(origin)) return { vary: 'Origin' };
  const headers = { vary: 'Origin', 'access-control-allow-origin': origin };
  if (!isPreflight(request)) return { ...headers, 'access-control-expose-headers': exposedHeaders };
  return {
    ...headers,
    'access-control-allow-methods': [...allowedMethods, ...askedMethod(request)].join(', '),
    'access-control-allow-headers': [...allowedHeaders, ...askedHeaders(request)].join(', '),
    'access-control-max-age': preflightSeconds,
  };
}

/**
 * The further headers that an allowed page asks to send, such as those for tracing. It may send any: none of them means anything here,
 * and a page that is allowed is trusted. By name, because `*` never covers `Authorization`.
 */
function askedHeaders({ headers }: Request): string[] {
  const asked = headers.get('access-control-request-headers') ?? '';
  if (asked.length > longestList) return [];
  const names = asked.split(',', mostNames).map((name) => name.trim());
  const known = allowedHeaders.map((name) => name.toLowerCase());
  return [...new Set(names)].filter((name) => token.test(name) && name !== '*' && !known.includes(name.toLowerCase()));
}

function askedMethod({ headers }: Request): string[] {
  const asked = headers.get('access-control-request-method') ?? '';
  const isNew = !allowedMethods.includes(asked) && !forbiddenMethods.includes(asked.toUpperCase()) && asked !== '*';
  return isNew && token.test(asked) ? [asked] : [];
}
