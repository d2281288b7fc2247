import ky, { type KyInstance, type Options as KyOptions, TimeoutError } from 'ky';
import type { Platform } from '../platform.ts';
import { sameReferrer } from '../same-referrer.ts';
import type { AuthorizedSend } from './authorized-fetch.ts';
import { isStream } from './body.ts';

export interface KyInstanceOptions {
  readonly send: AuthorizedSend;
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
  /** The fetch underneath, where the call or its instance has one of its own. */
  readonly fetch?: typeof fetch | undefined;
}

/** A call of an instance from which the application has taken the hook that notes them. */
const unknownCall: CallFacts = { timeout: false, total: true, auth: true, streaming: false };

const defaultTimeout = 10_000;

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
  const { send, baseUrl, defaults, setTimer } = options;
  const fetch = (): typeof globalThis.fetch => defaults.fetch ?? options.fetch();

  const noteFacts = (call: KyOptions & { latchkey?: CallFacts }): void => {
    const { timeout = defaultTimeout, totalTimeout, body } = call;
    const total = !!totalTimeout;
    let own = call.fetch === kyFetch ? undefined : call.fetch;
    // A fetch of the call, of an extended instance, or of a hook that comes after this one is the one underneath ours.
    Object.defineProperty(call, 'fetch', {
      enumerable: true,
      get: () => kyFetch,
      set: (given) => {
        own = given;
      },
    });
    call.latchkey = {
      timeout,
      total,
      // Asked when it is sent: the hooks of an extended instance come after this one.
      get auth() {
        return call.context?.['auth'] !== false;
      },
      get fetch() {
        return own;
      },
      streaming: isStream(body),
    };
    // The one timer of ky's then runs for the total alone.
    if (total) call.timeout = false;
  };

  /** Asks the network, for `timeout` at most. */
  const limited = (
    network: typeof globalThis.fetch,
    request: Request,
    init: RequestInit,
    timeout: number | false,
  ): Promise<Response> => {
    if (timeout === false) return network(request, init);
    const limit = new AbortController();
    const signal = either(request.signal, limit);
    return new Promise((resolve, reject) => {
      const cancel = setTimer(() => {
        reject(new TimeoutError(request));
        limit.abort();
      }, timeout);
      const answer = network(request, { ...init, signal });
      answer.then(cancel, cancel);
      answer.then(resolve, reject);
    });
  };

  const kyFetch = (input: RequestInfo | URL, init: RequestInit & { latchkey?: CallFacts } = {}): Promise<Response> => {
    const { latchkey = unknownCall, ...rest } = { ...sameReferrer(input as Request), ...init };
    const { timeout, total, auth, streaming } = latchkey;
    const network = latchkey.fetch ?? fetch();
    let isAtOnce = !total;
    let sentAtOnce: Promise<Response> | null = null;
    const attempt = (request: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
      if (!isAtOnce) return limited(network, request as Request, init, timeout);
      sentAtOnce = network(request, init);
      return sentAtOnce;
    };
    // The token is never set on ky's request, which ky's errors carry into whatever reports them.
    const answer = send(input, { ...rest, auth }, attempt, streaming);
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
