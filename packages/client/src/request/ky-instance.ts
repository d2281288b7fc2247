import ky, { type KyInstance, type Options as KyOptions, TimeoutError } from 'ky';
import { longestTimer, type Platform } from '../platform.ts';
import type { Delivery } from './delivery.ts';
import type { TokenAudience } from './token-audience.ts';

export interface KyInstanceOptions {
  readonly audience: TokenAudience;
  readonly deliver: (delivery: Delivery) => Promise<Response>;
  readonly fetch: () => typeof fetch;
  readonly baseUrl: string;
  /** The application's own defaults. */
  readonly defaults: KyOptions;
  readonly setTimer: Platform['setTimer'];
  /** The longest a request may wait for a refresh, in milliseconds; `Infinity` where it may wait for a person. */
  readonly longestWait: number;
}

/** What one call needs to tell the fetch underneath; ky hands on what it does not know itself. */
interface CallFacts {
  readonly timeout: number | false;
  readonly auth: boolean;
  readonly streaming: boolean;
}

const defaultTimeout = 10_000;

/**
 * ky over the same path as `client.fetch`. The application's hooks, retries and `Authorization` keep their meaning; waiting
 * for a refresh is not charged to a request's `timeout`, so that the time limit is kept here, around the network alone.
 */
export function createKyInstance(options: KyInstanceOptions): KyInstance {
  const { audience, deliver, fetch, baseUrl, defaults, setTimer, longestWait } = options;

  const noteFacts = (call: KyOptions & { latchkey?: CallFacts }): void => {
    const { timeout = defaultTimeout, context, body } = call;
    call.latchkey = { timeout, auth: context?.['auth'] !== false, streaming: body instanceof ReadableStream };
    // ky's own limit stays as the outer one, with room for the wait.
    const outer = (timeout || 0) + longestWait;
    call.timeout = timeout === false || outer > longestTimer ? false : outer;
  };

  /** One attempt on the network, ended after `timeout`. */
  const attempt = (request: Request, init: RequestInit, timeout: number | false): Promise<Response> => {
    if (timeout === false) return fetch()(request, init);
    const limit = new AbortController();
    const signal = AbortSignal.any([request.signal, limit.signal]);
    return new Promise((resolve, reject) => {
      const cancel = setTimer(() => {
        reject(new TimeoutError(request));
        limit.abort();
      }, timeout);
      const answer = fetch()(request, { ...init, signal });
      answer.then(cancel, cancel);
      answer.then(resolve, reject);
    });
  };

  const kyFetch = (input: RequestInfo | URL, init: RequestInit & { latchkey?: CallFacts } = {}): Promise<Response> => {
    const { latchkey, ...rest } = init;
    const { timeout, auth, streaming } = latchkey ?? { timeout: false, auth: true, streaming: false };
    const request = input as Request;
    if (!auth || request.headers.has('authorization') || !audience.mayCarry(request.url)) {
      return attempt(request, rest, timeout);
    }
    // Not asked of `request.body`: in WebKit the question alone breaks a form with a file in it.
    const mayHaveBody = request.method !== 'GET' && request.method !== 'HEAD' && !streaming;
    let spare: Request | null = null;
    return deliver({
      method: request.method,
      url: request.url,
      streaming,
      signal: request.signal,
      send(accessToken, last) {
        const target = spare ?? request;
        if (mayHaveBody && !last) spare = request.clone();
        if (accessToken === null) return attempt(target, rest, timeout);
        // Never set on ky's request, which ky's errors carry into whatever reports them. One by one: where MSW records raw
        // headers, a copy made of a Headers object loses some.
        const headers: HeadersInit = [...target.headers, ['authorization', `Bearer ${accessToken}`]];
        return attempt(target, { ...rest, headers }, timeout);
      },
      release() {
        spare = null;
      },
    });
  };

  return ky.create({
    baseUrl,
    ...defaults,
    fetch: kyFetch,
    hooks: { ...defaults.hooks, init: [...(defaults.hooks?.init ?? []), noteFacts] },
  });
}
