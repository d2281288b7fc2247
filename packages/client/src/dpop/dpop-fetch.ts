import { createKeyStore } from './key-store.ts';
import { type BoundKey, newBoundKey, proofOf } from './proof.ts';

/** What {@link dpopFetch} takes: the same `baseUrl`, `endpoints` and `storageKey` as the client it is for. */
export interface DpopOptions {
  baseUrl: string | URL;
  /** Default `auth/login`, `auth/refresh`, `auth/logout`. */
  endpoints?: Partial<Record<'login' | 'refresh' | 'logout', string>>;
  /** RFC 7009 endpoint, told of a refresh token whose key is lost. Default `auth/revoke`. */
  revocationEndpoint?: string;
  /** Default `'latchkey'`. */
  storageKey?: string;
  /** `false` accepts a server that answers with a plain Bearer token. Default `true`: such a login fails. */
  required?: boolean;
  /** Default `globalThis.fetch`, read when used. */
  fetch?: typeof globalThis.fetch;
  /** Epoch milliseconds of this device. Default `Date.now()`. */
  now?: () => number;
}

/** Servers take proofs that are a little early or late; this far off in milliseconds the clock is worth a second try. */
const tolerance = 3_000;

const refusal = (error: string): Response => Response.json({ error }, { status: 400 });

/** The token in an `Authorization: Bearer` header, or `null`. */
function bearerOf(headers: Headers): string | null {
  return /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
}

/** Which key a token is bound to: a thumbprint, `''` for a token that is bound to none, `null` for one that does not say. */
function boundTo(accessToken: string): string | null {
  try {
    const payload = accessToken.split('.')[1] ?? '';
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { cnf?: { jkt?: string } };
    return claims.cnf?.jkt ?? '';
  } catch {
    return null;
  }
}

/**
 * A `fetch` that binds the session to a key of this browser (RFC 9449): tokens that are copied elsewhere can neither call the
 * API nor refresh. It needs IndexedDB and a secure context; without them logins fail, unless `required` is `false`.
 *
 * @example
 * const options = { baseUrl: 'https://api.example.com' };
 * const client = createAuthClient({ ...options, fetch: dpopFetch(options) });
 */
export function dpopFetch(options: DpopOptions): typeof globalThis.fetch {
  const { endpoints = {}, storageKey = 'latchkey', required = true, now = () => Date.now() } = options;
  const base = new URL(options.baseUrl, globalThis.location?.href);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const at = (path: string): string => new URL(path, base).href;
  const login = at(endpoints.login ?? 'auth/login');
  const refresh = at(endpoints.refresh ?? 'auth/refresh');
  const logout = at(endpoints.logout ?? 'auth/logout');
  const revocation = at(options.revocationEndpoint ?? 'auth/revoke');
  const send: typeof globalThis.fetch = (...call) => (options.fetch ?? globalThis.fetch)(...call);

  const store = createKeyStore(storageKey);
  let cached: BoundKey | null = null;
  /** The server's clock less this device's, as its answers show. */
  let clockSkew = 0;
  /** The last nonce of each origin. */
  const nonces = new Map<string, string>();

  /** Reads what an answer says beside its content; `true` if a refused request deserves a proof with what was learnt. */
  const learn = (response: Response, origin: string): boolean => {
    const date = Date.parse(response.headers.get('date') ?? '');
    const skew = Number.isNaN(date) ? clockSkew : date - now();
    const wasOff = Math.abs(skew - clockSkew) > tolerance;
    clockSkew = skew;
    const nonce = response.headers.get('dpop-nonce');
    const isNew = nonce !== null && nonces.get(origin) !== nonce;
    if (nonce !== null) nonces.set(origin, nonce);
    return (isNew || wasOff) && (response.status === 400 || response.status === 401);
  };

  /** Sends with a proof, and once more where the server wants its nonce or its time in it. */
  const sendProven = async (request: Request, key: BoundKey, accessToken?: string): Promise<Response> => {
    const { origin } = new URL(request.url);
    const { method, url } = request;
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

  const revoke = (token: string): Promise<unknown> =>
    send(revocation, { method: 'POST', body: new URLSearchParams({ token }), credentials: 'omit' }).catch(() => {});

  const answerOf = async (
    response: Response,
  ): Promise<{ token_type?: string; refresh_token?: string; error?: string }> =>
    response
      .clone()
      .json()
      .catch(() => ({}));

  const logIn = async (request: Request): Promise<Response> => {
    const key = await newBoundKey();
    const response = await sendProven(request, key);
    if (!response.ok) return response;
    const { token_type, refresh_token } = await answerOf(response);
    const isBound = /^dpop$/i.test(token_type ?? '');
    if (isBound) {
      cached = key;
      await store.save(key);
    } else if (required) {
      if (refresh_token) await revoke(refresh_token);
      return refusal('dpop_not_supported');
    }
    return response;
  };

  const rotate = async (request: Request): Promise<Response> => {
    const stored = await store.load();
    // A session that began without a key, with tokens handed over, is bound by its first refresh.
    const key = stored ?? (await newBoundKey());
    const spent = request.clone();
    const response = await sendProven(request, key);
    const { token_type, error } = await answerOf(response);
    if (response.ok && !stored && /^dpop$/i.test(token_type ?? '')) await store.save(key);
    if (error !== 'invalid_dpop_proof') return response;
    // The session's key is gone, and with it the session: it is ended here and on the server, never carried on unbound.
    const token = new URLSearchParams(await spent.text()).get('refresh_token');
    if (token) await revoke(token);
    return refusal('invalid_grant');
  };

  const call = async (request: Request): Promise<Response> => {
    const accessToken = bearerOf(request.headers);
    const thumbprint = accessToken && boundTo(accessToken);
    if (!accessToken || thumbprint === '') return send(request);
    // Another tab may have logged in since, with a key of its own.
    if (thumbprint === null || cached?.thumbprint !== thumbprint) cached = await store.load().catch(() => null);
    if (cached && (thumbprint === null || cached.thumbprint === thumbprint)) {
      return sendProven(request, cached, accessToken);
    }
    // A bound token without its key is worth nothing, and is not sent as if it were not bound.
    if (thumbprint === null) return send(request);
    return new Response(null, { status: 401, headers: { 'www-authenticate': 'DPoP error="invalid_token"' } });
  };

  /** Drops the key of the session that has just been logged out, and of no other. */
  const forget = async (form: Promise<string>): Promise<void> => {
    const accessToken = new URLSearchParams(await form).get('access_token');
    const key = accessToken && (await store.load());
    if (key && boundTo(accessToken) === key.thumbprint) await store.remove();
  };

  return (input, init) => {
    const url = typeof input === 'object' && 'url' in input ? input.url : new URL(input, base).href;
    if (url === logout) {
      // Handed over in the caller's own turn, without a proof: it only takes rights away.
      const request = typeof input === 'string' ? new Request(url, init) : new Request(input, init);
      const form = request.clone().text();
      // Said again: Firefox forgets `keepalive` of a Request.
      const sent = send(request, { keepalive: true });
      void forget(form).catch(() => {});
      return sent;
    }
    const request = new Request(typeof input === 'string' ? url : input, init);
    if (url === login) return logIn(request);
    return url === refresh ? rotate(request) : call(request);
  };
}
