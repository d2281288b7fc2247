import { empty } from '../http/answer.ts';
import { readForm } from '../http/body.ts';
import { invalidRequest, Refusal } from '../http/refusal.ts';
import { endUnlessEnded } from '../rules/revocation.ts';
import { hashOf, looksLikeRefreshToken } from '../tokens/refresh-token.ts';
import { type EndpointHandler, refuseGuessing, type ServerParts } from './endpoint.ts';

const looksLikeJwt = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** `POST auth/revoke` (RFC 7009): a refresh token in any state ends its session; anything else is answered alike. */
export function revokeEndpoint(parts: ServerParts): EndpointHandler {
  const { store } = parts;

  return async (exchange) => {
    const { request, entry, now } = exchange;
    const form = await readForm(request);
    const token = form.get('token') ?? '';
    if (token === '') throw invalidRequest('token is missing.');
    if (looksLikeJwt.test(token)) {
      await entry.note({ accessToken: token });
      throw new Refusal(400, 'unsupported_token_type', 'Access tokens run out; only refresh tokens can be revoked.');
    }
    await entry.note({ refreshToken: token });
    if (!(await revoked(token, now))) refuseGuessing(parts, exchange);
    return empty(200);
  };

  /** Whether the token is known. */
  async function revoked(token: string, now: number): Promise<boolean> {
    if (!looksLikeRefreshToken(token)) return false;
    const end = endUnlessEnded('revoked', now);
    return store.decide({ tokenHash: await hashOf(token) }, (found) => ({ ...end(found), result: found !== null }));
  }
}
