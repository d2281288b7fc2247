import { development } from '../development.ts';
import { sameReferrer } from '../same-referrer.ts';
import { bodyAsItIs, isStream } from './body.ts';
import type { Delivery } from './delivery.ts';
import type { TokenAudience } from './token-audience.ts';

/** What `client.fetch` takes besides everything native fetch takes. */
export interface AuthInit extends RequestInit {
  /** `false` sends this one request without the access token, and leaves a 401 to the caller. */
  auth?: boolean;
}

function isRequest(input: RequestInfo | URL): input is Request {
  return typeof input === 'object' && 'headers' in input;
}

/** Told by shape, not by class: the `Headers` of another frame are headers, too. */
function arePairs(headers: HeadersInit): headers is [string, string][] {
  return Symbol.iterator in headers;
}

function headersAsTheyAre(headers: HeadersInit | undefined): [string, string][] | Record<string, string> {
  return headers && arePairs(headers) ? [...headers] : { ...(headers as Record<string, string> | undefined) };
}

function carriesOwn(headers: HeadersInit): boolean {
  const names = arePairs(headers) ? headers.map(([name]) => name) : Object.keys(headers);
  return names.some((name) => name.toLowerCase() === 'authorization');
}

/** The caller's headers and the token, as a new value: whoever sends may keep what it was given. */
function withToken(headers: HeadersInit, authorization: string): HeadersInit {
  return arePairs(headers) ? [...headers, ['authorization', authorization]] : { ...headers, authorization };
}

/**
 * What native fetch takes of an init at once, and the caller may then change: also what it inherits, such as everything
 * of a Request that serves as one.
 */
function initAsItIs(init: AuthInit | undefined): AuthInit {
  const copy: Record<string, unknown> = {};
  for (const key in init) copy[key] = init[key as keyof AuthInit];
  if (copy['body']) copy['body'] = bodyAsItIs(copy['body']);
  return copy;
}

/**
 * A `fetch` that attaches the access token where it belongs, and refreshes and sends again where that helps.
 * @param fetch read at every call: pages and tests replace it.
 */
export function createAuthorizedFetch(
  audience: TokenAudience,
  deliver: (delivery: Delivery) => Promise<Response>,
  fetch: () => typeof globalThis.fetch,
): typeof globalThis.fetch {
  const send = (input: RequestInfo | URL, given: AuthInit | undefined): Promise<Response> => {
    const request = isRequest(input) ? input : null;
    const url = request ? request.url : audience.resolve(input as string | URL);
    const target = request ?? url;
    if (given?.auth === false) return fetch()(target, given);
    if (!audience.mayCarry(url)) {
      if (development && !carriesOwn(headersAsTheyAre(given?.headers ?? request?.headers))) audience.warnOutside(url);
      return fetch()(target, given);
    }
    const init = { ...(request && sameReferrer(request)), ...initAsItIs(given) };
    const headers = headersAsTheyAre(init.headers ?? request?.headers);
    if (init.headers) init.headers = headers;
    if (carriesOwn(headers)) return fetch()(target, init);
    const method = init.method ?? request?.method ?? 'GET';
    // A Request gives its body away once, so that sending it again needs a copy from the start. Not asked of `request.body`:
    // in WebKit the question alone breaks a form with a file in it.
    const mayHaveBody = request && method !== 'GET' && method !== 'HEAD' && init.body == null;
    let spare: Request | null = null;
    return deliver({
      method,
      url,
      streaming: isStream(init.body),
      // `null` is none, whatever the Request has.
      signal: init.signal === undefined ? request?.signal : init.signal,
      send(authorization, last) {
        if (authorization === null) return fetch()(target, init);
        const source = spare ?? target;
        if (mayHaveBody && !last) spare = request.clone();
        return fetch()(source, { ...init, headers: withToken(headers, authorization) });
      },
      release() {
        spare = null;
      },
    });
  };

  return (input: RequestInfo | URL, init?: AuthInit) => {
    try {
      return send(input, init);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
