import ky, { type KyInstance, type Options as KyOptions, TimeoutError } from 'ky';
import { development } from '../development.ts';
import type { Platform } from '../platform.ts';
import { sameReferrer } from '../same-referrer.ts';
import { isStream } from './body.ts';
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
}

/** What one call needs to tell the fetch underneath; ky hands on what it does not know itself. */
interface CallFacts {
  readonly timeout: number | false;
  /** Whether ky limits all attempts and waits together. */
  readonly total: boolean;
  readonly auth: boolean;
  readonly streaming: boolean;
}

/** A call of an instance from which the application has taken the hook that notes them. */
const unknownCall: CallFacts = { timeout: false, total: true, auth: true, streaming: false };

const defaultTimeout = 10_000;

type Attempt = (request: Request, init: RequestInit) => Promise<Response>;

/**
 * `answer` as something for which ky's own timer runs only until `sentAtOnce` is answered, or not at all where nothing was: ky
 * stops it when `then` calls back.
 */
function clockedBy<T>(sentAtOnce: Promise<T> | null, answer: Promise<T>): Promise<T> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: being awaited is what it is for
    then(resolve: (answer: Promise<T>) => void) {
      const handOver = (): void => {
        resolve(answer);
        // Where ky has given up meanwhile, nobody else looks at it.
        answer.then(undefined, () => {});
      };
      return (sentAtOnce ?? Promise.resolve()).then(handOver, handOver);
    },
  } as Promise<T>;
}

/** A signal that follows `signal`, and that `limit` can abort as well. */
function either(signal: AbortSignal, limit: AbortController): AbortSignal {
  if ('any' in AbortSignal) return AbortSignal.any([signal, limit.signal]);
  // Safari before 17.4, where ky takes no signal of the application: this one is ky's own, and ends with the call.
  signal.addEventListener('abort', () => limit.abort(signal.reason));
  return limit.signal;
}

/**
 * ky over the same path as `client.fetch`. The application's hooks, retries and `Authorization` keep their meaning. Waiting
 * for a refresh is not charged to a request's `timeout`: what is sent at once is limited by ky, as ever; what is sent after a
 * wait, around the network alone, by a timer of our own.
 */
export function createKyInstance(options: KyInstanceOptions): KyInstance {
  const { audience, deliver, fetch, baseUrl, defaults, setTimer } = options;

  const noteFacts = (call: KyOptions & { latchkey?: CallFacts }): void => {
    const { timeout = defaultTimeout, totalTimeout, body } = call;
    const total = !!totalTimeout;
    call.latchkey = {
      timeout,
      total,
      // Asked when it is sent: the hooks of an extended instance come after this one.
      get auth() {
        return call.context?.['auth'] !== false;
      },
      streaming: isStream(body),
    };
    // The one timer of ky's then runs for the total alone.
    if (total) call.timeout = false;
  };

  /** Asks the network, for `timeout` at most. */
  const limited = (request: Request, init: RequestInit, timeout: number | false): Promise<Response> => {
    if (timeout === false) return fetch()(request, init);
    const limit = new AbortController();
    const signal = either(request.signal, limit);
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

  const send = (
    request: Request,
    rest: RequestInit,
    { auth, streaming }: CallFacts,
    attempt: Attempt,
  ): Promise<Response> => {
    if (!auth || request.headers.has('authorization')) return attempt(request, rest);
    if (!audience.mayCarry(request.url)) {
      if (development) audience.warnOutside(request.url);
      return attempt(request, rest);
    }
    // Not asked of `request.body`: in WebKit the question alone breaks a form with a file in it.
    const mayHaveBody = request.method !== 'GET' && request.method !== 'HEAD' && !streaming;
    let spare: Request | null = null;
    return deliver({
      method: request.method,
      url: request.url,
      streaming,
      signal: request.signal,
      send(authorization, last) {
        const target = spare ?? request;
        if (mayHaveBody && !last) spare = request.clone();
        if (authorization === null) return attempt(target, rest);
        // Never set on ky's request, which ky's errors carry into whatever reports them. One by one: where MSW records raw
        // headers, a copy made of a Headers object loses some.
        const headers: HeadersInit = [...target.headers, ['authorization', authorization]];
        return attempt(target, { ...rest, headers });
      },
      release() {
        spare = null;
      },
    });
  };

  const kyFetch = (input: RequestInfo | URL, init: RequestInit & { latchkey?: CallFacts } = {}): Promise<Response> => {
    const { latchkey = unknownCall, ...rest } = { ...sameReferrer(input as Request), ...init };
    const { timeout, total } = latchkey;
    let isAtOnce = !total;
    let sentAtOnce: Promise<Response> | null = null;
    const answer = send(input as Request, rest, latchkey, (request, init) => {
      if (!isAtOnce) return limited(request, init, timeout);
      sentAtOnce = fetch()(request, init);
      return sentAtOnce;
    });
    isAtOnce = false;
    return total ? answer : clockedBy(sentAtOnce, answer);
  };

  return ky.create({
    baseUrl,
    ...defaults,
    fetch: kyFetch,
    hooks: { ...defaults.hooks, init: [...(defaults.hooks?.init ?? []), noteFacts] },
  });
}
