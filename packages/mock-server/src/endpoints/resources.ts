import { json } from '../http/answer.ts';
import { readBytes } from '../http/body.ts';
import { hex, sha256 } from '../tokens/digest.ts';
import { type AccessParts, requireAccess } from './access.ts';
import type { EndpointHandler, ServerParts } from './endpoint.ts';

const echoLimit = 16 * 1_024 * 1_024;
const credentials: readonly string[] = ['authorization', 'proxy-authorization', 'cookie', 'dpop', 'idempotency-key'];

/** `GET me`: who is signed in. */
export function meEndpoint(parts: AccessParts & Pick<ServerParts, 'users'>): EndpointHandler {
  return async (exchange) => {
    const { claims } = await requireAccess(parts, exchange);
    return json({ ...parts.users.claimsOf(claims.sub), sub: claims.sub, username: claims.sub, sid: claims.sid });
  };
}

/** `ANY echo`, where the options ask for it: what arrived, less the credentials, so that a test can tell whether a resent body is the same. */
export function echoEndpoint(parts: AccessParts): EndpointHandler {
  return async (exchange) => {
    await requireAccess(parts, exchange);
    const { request, url } = exchange;
    const body = await readBytes(request, echoLimit);
    return json({
      method: request.method,
      path: url.pathname,
      query: url.search,
      headers: Object.fromEntries([...request.headers].filter(([name]) => !credentials.includes(name))),
      body: { length: body.byteLength, sha256: hex(await sha256(body)) },
    });
  };
}
