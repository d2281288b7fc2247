import type { Delivery } from './delivery.ts';
import type { TokenAudience } from './token-audience.ts';

/** What `client.fetch` takes besides everything native fetch takes. */
export interface AuthInit extends RequestInit {
  /** `false` sends this one request without the access token, and leaves a 401 to the caller. */
  auth?: boolean;
}

export interface AuthorizedFetchOptions {
  readonly audience: TokenAudience;
  readonly deliver: (delivery: Delivery) => Promise<Response>;
  /** Read at every call: pages and tests replace `fetch`. */
  readonly fetch: () => typeof fetch;
}

function isRequest(input: unknown): input is Request {
  return typeof input === 'object' && input !== null && 'url' in input && 'headers' in input;
}

/** Told by shape, not by class: the `Headers` of another frame are headers, too. */
function arePairs(headers: HeadersInit): headers is [string, string][] {
  return Symbol.iterator in headers;
}

function carriesOwn(headers: HeadersInit | undefined): boolean {
  if (headers === undefined) return false;
  const names = arePairs(headers) ? [...headers].map(([name]) => name) : Object.keys(headers);
  return names.some((name) => name.toLowerCase() === 'authorization');
}

/** The caller's headers and the token, as a new value: what the caller passed in is never changed. */
function withToken(headers: HeadersInit | undefined, accessToken: string): HeadersInit {
  const authorization = `Bearer ${accessToken}`;
  if (headers === undefined || !arePairs(headers)) return { ...headers, authorization };
  return [...headers, ['authorization', authorization]];
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && (body instanceof ReadableStream || Symbol.asyncIterator in body);
}

/** A `fetch` that attaches the access token where it belongs, and refreshes and sends again where that helps. */
export function createAuthorizedFetch({ audience, deliver, fetch }: AuthorizedFetchOptions): typeof globalThis.fetch {
  const ofUrl = (url: string, init: AuthInit | undefined): Delivery => ({
    method: init?.method ?? 'GET',
    url,
    streaming: isStream(init?.body),
    signal: init?.signal,
    send: (accessToken) =>
      fetch()(url, accessToken === null ? init : { ...init, headers: withToken(init?.headers, accessToken) }),
  });

  // A Request gives its body away once, so that sending it again needs a copy from the start.
  const ofRequest = (request: Request, url: string, init: AuthInit | undefined): Delivery => {
    const method = init?.method ?? request.method;
    // Not asked of `request.body`: in WebKit the question alone breaks a form with a file in it.
    const mayHaveBody = method !== 'GET' && method !== 'HEAD' && init?.body == null;
    let spare: Request | null = null;
    return {
      method,
      url,
      streaming: isStream(init?.body),
      signal: init?.signal ?? request.signal,
      send(accessToken, last) {
        if (accessToken === null) return fetch()(request, init);
        const source = spare ?? request;
        if (mayHaveBody && !last) spare = request.clone();
        return fetch()(source, { ...init, headers: withToken(init?.headers ?? request.headers, accessToken) });
      },
      release() {
        spare = null;
      },
    };
  };

  const send = (input: RequestInfo | URL, init: AuthInit | undefined): Promise<Response> => {
    const request = isRequest(input) ? input : null;
    const url = request ? request.url : audience.resolve(input instanceof URL ? input : String(input));
    const own = carriesOwn(init?.headers ?? request?.headers);
    if (init?.auth === false || own || !audience.mayCarry(url)) return fetch()(request ?? url, init);
    return deliver(request ? ofRequest(request, url, init) : ofUrl(url, init));
  };

  return (input: RequestInfo | URL, init?: AuthInit) => {
    try {
      return send(input, init);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
