const allowedHeaders = 'Authorization, Content-Type, DPoP, Idempotency-Key';
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const exposedHeaders = 'DPoP-Nonce, Retry-After, WWW-Authenticate, Date';
const preflightSeconds = '7200';

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
    'access-control-allow-methods': allowedMethods,
    'access-control-allow-headers': allowedHeaders,
    'access-control-max-age': preflightSeconds,
  };
}
