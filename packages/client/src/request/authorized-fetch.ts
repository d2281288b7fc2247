import { wrongOption } from '../check-options.ts';
import { development } from '../development.ts';
import { isFunction } from '../option-rules.ts';
import { sameReferrer } from '../same-referrer.ts';
import { bodyAsItIs, isStream } from './body.ts';
import type { Delivery } from './delivery.ts';
import { carriesOwn, headersAsTheyAre, withToken } from './headers.ts';
import { refuseRedirect } from './redirect.ts';
import type { TokenAudience } from './token-audience.ts';

/** What `client.fetch` takes besides everything native fetch takes. */
export interface AuthInit extends RequestInit {
  /** `false` sends this one request without the access token, and leaves a 401 to the caller. */
  auth?: boolean;
  /** What sends this one request, such as the `fetch` that SvelteKit hands to `load`. Refreshes go their own way. Default: that of the client. */
  fetch?: typeof globalThis.fetch;
}

/**
 * Sends one request by a given `fetch`, with the access token where it belongs.
 * @param isOnce whether the body of a Request is a stream, which can be sent only once.
 */
export type AuthorizedSend = (
  input: RequestInfo | URL,
  given: AuthInit | undefined,
  fetch: typeof globalThis.fetch,
  isOnce?: boolean,
) => Promise<Response>;

/**
 * The URL of a Request, asked of what a Request really is: `undefined` for an object that only looks like one, which native
 * fetch takes for a text. A Request of another frame is one, and one that says another `url` than its own is not believed.
 */
function urlOfRequest(input: unknown): string | undefined {
  if (typeof input !== 'object') return undefined;
  try {
    // A polyfill has no getter.
    return Reflect.get(Request.prototype, 'url', input) ?? (input instanceof Request ? input.url : undefined);
  } catch {
    return undefined;
  }
}

/**
 * What native fetch takes of an init at once, and the caller may then change: also what it inherits, such as everything
 * of a Request that serves as one. What is for this client alone stays here.
 */
function initAsItIs(init: AuthInit | undefined): RequestInit {
  const copy: Record<string, unknown> = {};
  for (const key in init) if (key !== 'auth' && key !== 'fetch') copy[key] = init[key as keyof AuthInit];
  if (copy['body']) copy['body'] = bodyAsItIs(copy['body']);
  return copy;
}

/** What is checked here is what is sent: everything that could say another thing when asked again is asked once. */
export function createAuthorizedSend(
  audience: TokenAudience,
  deliver: (delivery: Delivery) => Promise<Response>,
): AuthorizedSend {
  return (input, given, fetch, isOnce = false) => {
    const requestUrl = urlOfRequest(input);
    const request = requestUrl === undefined ? null : (input as Request);
    const url = requestUrl ?? audience.resolve(input as string | URL);
    const target = request ?? url;
    const mayCarry = given?.auth !== false && audience.mayCarry(url);
    if (!mayCarry) {
      if (development && given?.auth !== false) audience.warnOutside(url, given?.headers ?? request?.headers);
      return fetch(target, given?.fetch ? initAsItIs(given) : given);
    }
    const init = { ...(request && sameReferrer(request)), ...initAsItIs(given) };
    const headers = headersAsTheyAre(init.headers ?? request?.headers);
    if (init.headers) init.headers = headers;
    if (carriesOwn(headers)) return fetch(target, init);
    const method = init.method ?? request?.method ?? 'GET';
    // A Request gives its body away once, so that sending it again needs a copy from the start. Not asked of `request.body`:
    // in WebKit the question alone breaks a form with a file in it.
    const mayHaveBody = request && !isOnce && method !== 'GET' && method !== 'HEAD' && init.body == null;
    const followed = init.redirect ?? request?.redirect ?? 'follow';
    const isBounded = followed === 'follow' && !audience.isWhole(url);
    let spare: Request | null = null;
    return deliver({
      method,
      url,
      headers,
      streaming: isOnce || isStream(init.body),
      // `null` is none, whatever the Request has.
      signal: init.signal === undefined ? request?.signal : init.signal,
      send(authorization, last) {
        if (authorization === null) return fetch(target, init);
        const source = spare ?? target;
        if (mayHaveBody && !last) spare = Request.prototype.clone.call(request);
        const carrying: RequestInit = { ...init, headers: withToken(headers, authorization) };
        if (!isBounded) return fetch(source, carrying);
        return fetch(source, { ...carrying, redirect: 'manual' }).then((answer) => refuseRedirect(answer, method, url));
      },
      release() {
        spare = null;
      },
    });
  };
}

/**
 * A `fetch` that attaches the access token where it belongs, and refreshes and sends again where that helps.
 * @param fetch read at every call: pages and tests replace it.
 */
export function createAuthorizedFetch(
  send: AuthorizedSend,
  fetch: () => typeof globalThis.fetch,
): (input: RequestInfo | URL, init?: AuthInit) => Promise<Response> {
  return (input, init) => {
    try {
      const own = init?.fetch ?? fetch();
      if (!isFunction(own)) throw wrongOption('fetch', own, isFunction);
      return send(input, init, own);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
