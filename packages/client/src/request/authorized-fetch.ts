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

function carriesOwn(headers: HeadersInit): boolean {
  const names = arePairs(headers) ? [...headers].map(([name]) => name) : Object.keys(headers);
  return names.some((name) => name.toLowerCase() === 'authorization');
}

/** The caller's headers and the token, as a new value: what the caller passed in is never changed. */
function withToken(headers: HeadersInit | undefined, authorization: string): HeadersInit {
  if (!headers || !arePairs(headers)) return { ...headers, authorization };
  return [...headers, ['authorization', authorization]];
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && (body instanceof ReadableStream || Symbol.asyncIterator in body);
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
  const send = (input: RequestInfo | URL, init: AuthInit | undefined): Promise<Response> => {
    const request = isRequest(input) ? input : null;
    const url = request ? request.url : audience.resolve(input as string | URL);
    const headers = init?.headers ?? request?.headers;
    const target = request ?? url;
    if (init?.auth === false || (headers && carriesOwn(headers)) || !audience.mayCarry(url))
      return fetch()(target, init);
    const method = init?.method ?? request?.method ?? 'GET';
    // A Request gives its body away once, so that sending it again needs a copy from the start. Not asked of `request.body`:
    // in WebKit the question alone breaks a form with a file in it.
    const mayHaveBody = request && method !== 'GET' && method !== 'HEAD' && init?.body == null;
    let spare: Request | null = null;
    return deliver({
      method,
      url,
      streaming: isStream(init?.body),
      signal: init?.signal ?? request?.signal,
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
