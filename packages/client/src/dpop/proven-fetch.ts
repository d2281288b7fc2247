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

  /** `true` if a refused request deserves a proof with what was learnt. */
  const learn = ({ headers, status }: Response, origin: string): boolean => {
    const date = Date.parse(headers.get('date') ?? '');
    const skew = Number.isNaN(date) ? clockSkew : date - now();
    const nonce = headers.get('dpop-nonce') ?? nonces.get(origin);
    const isNews = Math.abs(skew - clockSkew) > tolerance || nonce !== nonces.get(origin);
    clockSkew = skew;
    if (nonce !== undefined) nonces.set(origin, nonce);
    return isNews && (status === 400 || status === 401);
  };

  return async (request, key, accessToken) => {
    const { method, url } = request;
    const { origin } = new URL(url);
    const attempt = async (source: Request): Promise<Response> => {
      const facts = { method, url, now: now() + clockSkew, nonce: nonces.get(origin), accessToken };
      source.headers.set('dpop', await proofOf(key, facts));
      if (accessToken) source.headers.set('authorization', `DPoP ${accessToken}`);
      return send(source);
    };
    const spare = request.clone();
    const response = await attempt(request);
    if (!learn(response, origin)) {
      void spare.body?.cancel().catch(() => {});
      return response;
    }
    const second = await attempt(spare);
    learn(second, origin);
    return second;
  };
}
