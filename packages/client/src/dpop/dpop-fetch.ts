import { checkOptions } from '../check-options.ts';
import { clientRules } from '../client-rules.ts';
import { isBoolean, isFunction, isObject, isUrl, type Rules } from '../option-rules.ts';
import { pageUrl } from '../platform.ts';
import { bearerOf, boundTo } from './bound-token.ts';
import { createKeyStore } from './key-store.ts';
import { type BoundKey, newBoundKey } from './proof.ts';
import { createProvenFetch } from './proven-fetch.ts';

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

/** What the client takes may be handed over as it is. */
const rules: Rules = {
  ...clientRules,
  ky: isObject,
  revocationEndpoint: isUrl,
  required: isBoolean,
  now: isFunction,
};

const yes = (): boolean => true;
const no = (): boolean => false;
const refusal = (error: string): Response => Response.json({ error }, { status: 400 });

/**
 * A `fetch` that binds the session to a key of this browser (RFC 9449): tokens that are copied elsewhere can neither call the
 * API nor refresh. It needs IndexedDB and a secure context, and access tokens that name their key (`cnf.jkt`); without them
 * logins fail, unless `required` is `false`.
 *
 * @example
 * const options = { baseUrl: 'https://api.example.com' };
 * const client = createAuthClient({ ...options, fetch: dpopFetch(options) });
 */
export function dpopFetch(options: DpopOptions): typeof globalThis.fetch {
  checkOptions('dpopFetch()', options, rules, 'baseUrl');
  const endpoints = options.endpoints ?? {};
  const storageKey = options.storageKey ?? 'latchkey';
  const required = options.required ?? true;
  const now = options.now ?? (() => Date.now());
  const base = new URL(options.baseUrl, pageUrl());
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const at = (path: string): string => new URL(path, base).href;
  const login = at(endpoints.login ?? 'auth/login');
  const refresh = at(endpoints.refresh ?? 'auth/refresh');
  const logout = at(endpoints.logout ?? 'auth/logout');
  const revocation = at(options.revocationEndpoint ?? 'auth/revoke');
  const send: typeof globalThis.fetch = (...call) => (options.fetch ?? globalThis.fetch)(...call);

  const store = createKeyStore(storageKey);
  /** What this tab has seen of the store. */
  let known: BoundKey[] = [];

  const sendProven = createProvenFetch(send, now);
  const revoke = (token: string): Promise<unknown> =>
    send(revocation, { method: 'POST', body: new URLSearchParams({ token }), credentials: 'omit' }).catch(() => {});

  const answerOf = async (
    response: Response,
  ): Promise<{ access_token?: string; refresh_token?: string; error?: string }> =>
    response
      .clone()
      .json()
      .catch(() => ({}));

  const logIn = async (request: Request): Promise<Response> => {
    // Asked first: a key that cannot be kept is no key.
    const key = await store.load().then(newBoundKey, () => null);
    if (!key) return required ? refusal('dpop_not_supported') : send(request);
    const response = await sendProven(request, key);
    if (!response.ok) return response;
    const { access_token, refresh_token } = await answerOf(response);
    const isBound = boundTo(access_token) === key.thumbprint;
    if (isBound ? await store.save(key).then(yes, no) : !required) return response;
    if (refresh_token) await revoke(refresh_token);
    return refusal('dpop_not_supported');
  };

  const rotate = async (request: Request): Promise<Response> => {
    const keys = await store
      .load()
      // A session that began without a key, with tokens handed over, is bound by its first refresh, and by the same key again
      // should the answer be lost.
      .then(async (held) => (held[0] ? held : store.save(await newBoundKey())))
      .catch((error) => {
        if (required) throw error;
      });
    if (!keys) return send(request);
    for (const key of keys) {
      const response = await sendProven(request.clone(), key);
      const { error } = await answerOf(response);
      if (error !== 'invalid_dpop_proof') {
        // Not the newest: the login that this one was made for came to nothing. The next refresh begins with the right one.
        if (response.ok && key !== keys[0]) await store.save(key).catch(no);
        return response;
      }
    }
    // The session's key is gone, and with it the session: it is ended here and on the server, never carried on unbound.
    const token = new URLSearchParams(await request.text()).get('refresh_token');
    if (token) await revoke(token);
    return refusal('invalid_grant');
  };

  const call = async (request: Request): Promise<Response> => {
    const accessToken = bearerOf(request.headers);
    const thumbprint = boundTo(accessToken);
    const find = (): BoundKey | undefined => known.find((key) => key.thumbprint === thumbprint);
    // Another tab may have logged in since, with a key of its own.
    if (thumbprint && !find()) known = await store.load().catch(() => known);
    const key = thumbprint && find();
    if (key) return sendProven(request, key, accessToken as string);
    // A caller's own token is none of our business. A bound one without its key is worth nothing to our own API, and is not
    // sent there as if it were not bound.
    if (!thumbprint || !request.url.startsWith(base.href)) return send(request);
    return new Response(null, { status: 401, headers: { 'www-authenticate': 'DPoP error="invalid_token"' } });
  };

  /** Drops the key of the session that has just been logged out, and of no other. */
  const forget = async (form: Promise<string>): Promise<void> => {
    const thumbprint = boundTo(new URLSearchParams(await form).get('access_token'));
    if (thumbprint) await store.remove(thumbprint);
  };

  return (input, init) => {
    const url = typeof input === 'object' && 'url' in input ? input.url : new URL(input, base).href;
    if (url === logout) {
      // Handed over in the caller's own turn, without a proof: it only takes rights away.
      const request = typeof input === 'string' ? new Request(url, init) : new Request(input, init);
      const form = request.clone().text();
      // Said again: Firefox forgets `keepalive` of a Request, and an init sets back the others.
      const { referrer, referrerPolicy } = request;
      const sent = send(request, { keepalive: true, referrer, referrerPolicy });
      void forget(form).catch(() => {});
      return sent;
    }
    const request = new Request(typeof input === 'string' ? url : input, init);
    if (url === login) return logIn(request);
    return url === refresh ? rotate(request) : call(request);
  };
}
