import type { Clock } from '../clock/clock.ts';
import { endpointNames } from '../http/routes.ts';

/**
 * Something that goes wrong, once, on the way to an endpoint or back. Give one of the outcomes, a delay, or both: the delay comes
 * first.
 */
export interface Fault {
  /** Milliseconds of the server's clock to wait. */
  readonly delay?: number;
  /** Whether the server has done its work when the delay, or the outcome, comes. Default `'arrival'`: it has not. */
  readonly after?: 'arrival' | 'commit';
  /** Answer this instead. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
  /** The request does not arrive. */
  readonly networkError?: true;
  /** Done on the server; the answer never arrives and the connection breaks. */
  readonly loseResponse?: true;
  /** No answer, and no end of the connection, until the faults are cleared. */
  readonly never?: true;
  /** 200 with an HTML page: a captive portal. */
  readonly html?: true;
}

export interface Faults {
  /**
   * Lets the next `times` requests to an endpoint (`'login'`, `'refresh'`, `'logout'`, `'me'`, `'echo'`, …; `'*'` for any) meet a
   * fault. Faults queue up; `Infinity` stays until cleared.
   *
   * @example server.faults.next('refresh', { loseResponse: true });
   * @throws RangeError for an endpoint that there is not, and for a fault that says nothing or two things.
   */
  next(endpoint: string, fault: Fault, times?: number): void;
  /** Forgets what is queued and lets go of what hangs: delays end now, what never answers becomes a network error. */
  clear(): void;
}

/** A request on its way into a fault. */
export interface Faulted {
  /** The server's real work. */
  readonly handle: () => Promise<Response>;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal | undefined;
  readonly onHold: (held: boolean) => void;
}

export interface FaultQueue extends Faults {
  take(endpoint: string): Fault | null;
  /** Runs a request through a fault. */
  apply(fault: Fault, exchange: Faulted): Promise<Response>;
}

const names: readonly string[] = ['*', ...endpointNames];

const outcomes = ['status', 'networkError', 'loseResponse', 'never', 'html'] as const;

export function createFaults(clock: Clock): FaultQueue {
  let queued: { endpoint: string; fault: Fault; times: number }[] = [];
  const hanging = new Set<() => void>();

  /** Settles when `start`'s callback is called, when the faults are cleared, or when the caller goes away. */
  function hang(start: (settle: () => void) => () => void, { signal, onHold }: Faulted): Promise<void> {
    return new Promise((resolve) => {
      let stop = () => {};
      const settle = () => {
        hanging.delete(settle);
        signal?.removeEventListener('abort', settle);
        stop();
        onHold(false);
        resolve();
      };
      hanging.add(settle);
      signal?.addEventListener('abort', settle);
      stop = start(settle);
      onHold(true);
      if (signal?.aborted) settle();
    });
  }

  const spoil = async (fault: Fault, exchange: Faulted): Promise<Response | null> => {
    if (fault.never) await hang(() => () => {}, exchange);
    if (fault.never || fault.networkError || fault.loseResponse) return Response.error();
    if (fault.html) return page();
    return fault.status === undefined ? null : answer(fault, fault.status);
  };

  return {
    next(endpoint, fault, times = 1) {
      if (!names.includes(endpoint)) throw new RangeError(`There is no endpoint "${endpoint}": ${names.join(', ')}.`);
      refuseUnlessOneThing(fault);
      if (times > 0) queued.push({ endpoint, fault, times });
    },
    clear() {
      queued = [];
      for (const settle of [...hanging]) settle();
    },
    take(endpoint) {
      const entry = queued.find((candidate) => candidate.endpoint === endpoint || candidate.endpoint === '*');
      if (entry === undefined) return null;
      entry.times -= 1;
      if (entry.times <= 0) queued = queued.filter((other) => other !== entry);
      return entry.fault;
    },
    async apply(fault, exchange) {
      const wait = async () => {
        const { delay } = fault;
        if (delay !== undefined) await hang((settle) => clock.setTimer(settle, delay), exchange);
      };
      if (fault.after === 'commit' || fault.loseResponse) {
        const response = await exchange.handle();
        await wait();
        return (await spoil(fault, exchange)) ?? response;
      }
      await wait();
      return (await spoil(fault, exchange)) ?? exchange.handle();
    },
  };
}

/** How a fault is called in the request log. */
export function faultName(fault: Fault): string {
  const outcome = outcomes.find((name) => fault[name] !== undefined);
  return outcome === 'status' ? `status ${fault.status}` : (outcome ?? 'delay');
}

function refuseUnlessOneThing(fault: Fault): void {
  const given = outcomes.filter((name) => fault[name] !== undefined);
  if (given.length > 1) throw new RangeError(`A fault cannot be ${given.join(' and ')} at once.`);
  if (given.length === 0 && fault.delay === undefined) throw new RangeError('A fault needs a delay or an outcome.');
}

function answer({ headers, body }: Fault, status: number): Response {
  const text = body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body);
  const type: Record<string, string> = typeof body === 'object' ? { 'content-type': 'application/json' } : {};
  return new Response(text, { status, headers: { ...type, ...headers } });
}

const page = (): Response =>
  new Response('<!doctype html><title>Welcome to our Wi-Fi</title><p>Please accept the terms.</p>', {
    headers: { 'content-type': 'text/html; charset=utf-8' },
  });
