import { proofAlgorithms } from '../dpop/proof-checks.ts';
import { json } from '../http/answer.ts';
import { publicJwk, verifiesApi } from '../tokens/signing-keys.ts';
import type { EndpointHandler, ServerParts } from './endpoint.ts';

/** RFC 8414, with the addresses at which this request found the server. */
export function metadataEndpoint({ issuer }: Pick<ServerParts, 'issuer'>): EndpointHandler {
  return async ({ url, basePath }) => {
    const at = (path: string) => new URL(`${basePath}${path}`, url.origin).href;
    return json({
      issuer: issuer.issuer,
      token_endpoint: at('auth/refresh'),
      revocation_endpoint: at('auth/revoke'),
      jwks_uri: at('auth/jwks'),
      response_types_supported: [],
      grant_types_supported: ['refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      dpop_signing_alg_values_supported: proofAlgorithms,
      refresh_token_expiration_types_supported: ['authorization', 'token_timeout'],
    });
  };
}

/** RFC 7517: the keys that verify API calls. Those kept for logout only are nobody else's business. */
export function jwksEndpoint({ issuer }: Pick<ServerParts, 'issuer'>): EndpointHandler {
  return async ({ now }) => {
    const keys = (await issuer.keys.load()).filter((key) => verifiesApi(key, now));
    return json({ keys: await Promise.all(keys.map(publicJwk)) });
  };
}
