import { type BoundKey, proofOf } from './proof.ts';

/** Sends a request with a proof by `key`, and with the access token that is bound to it, if one goes along. */
export type ProvenFetch = (request: Request, key: BoundKey, accessToken?: string) => Promise<Response>;

/** Servers take proofs that are a little early or late; this far off in milliseconds the clock is worth a second try. */
const tolerance = 3_000;

/** What a server wants to find in a proof is learnt from its answers: its nonce (RFC 9449 §8) and its time. */
export function createProvenFetch(send: typeof fetch, now: () => number): ProvenFetch {
  /** The server's clock less this device's. */
  let clockSkew = 0;
  /** The last nonce of each origin. */
  const nonces = new Map<string, string>();

  return async (request, key, accessToken) => {
    const { method, url } = request;
    const { origin } = new URL(url);
    const attempt = async (source: Request, spare?: Request): Promise<Response> => {
      const nonce = nonces.get(origin);
      const skew = clockSkew;
      source.headers.set('dpop', await proofOf(key, { method, url, now: now() + skew, nonce, accessToken }));
      if (accessToken) source.headers.set('authorization', `DPoP ${accessToken}`);
      const response = await send(source);
      const { headers, status } = response;
      const date = Date.parse(headers.get('date') ?? '');
      if (!Number.isNaN(date)) clockSkew = date - now();
      const fresh = headers.get('dpop-nonce');
      if (fresh) nonces.set(origin, fresh);
      // Against what was in this proof: another request may have learnt the same a moment ago.
      const isNews = nonces.get(origin) !== nonce || Math.abs(clockSkew - skew) > tolerance;
      if (spare && isNews && (status === 400 || status === 401)) {
        // What is refused for a reason of its own is not to be done twice.
        const why = headers.get('www-authenticate') ?? (await response.clone().text());
        if (/use_dpop_nonce|invalid_dpop_proof/.test(why)) return attempt(spare);
      }
      void spare?.body?.cancel().catch(() => {});
      return response;
    };
    return attempt(request, request.clone());
  };
}
