import type { AuthServer } from '@latchkey/mock-server';
import type { Answer, Endpoint, Flight, Trouble } from './flight.ts';
import type { Page } from './page.ts';
import type { Actor, Scheduler } from './scheduler.ts';

/** What others want to know of every request. */
export interface NetworkWatch {
  /** The page has sent it; its body is known. */
  onSent(flight: Flight): void;
  /** Before the server's own answer. May answer in its place. */
  beforeServer(flight: Flight): Answer | null | Promise<Answer | null>;
  onServed(flight: Flight, answer: Answer): Promise<void>;
  /** The page gets the answer, or learns that the connection broke, now. */
  onArrival(flight: Flight): void;
}

export interface Network {
  readonly flights: readonly Flight[];
  /** The `fetch` of one page. */
  of(page: Page): typeof fetch;
  /** The next request to `endpoint` meets this. */
  trouble(endpoint: Endpoint, trouble: Trouble): void;
  setOnline(online: boolean): void;
  readonly online: boolean;
  /** No more trouble; what hangs breaks. */
  heal(): void;
}

/** One way, in milliseconds: usually, and at least. Two of the least are more than a write takes to be seen everywhere. */
const usual = 20;
const least = 2.5;

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/auth/login': 'login',
  '/auth/refresh': 'refresh',
  '/auth/logout': 'logout',
  '/me': 'me',
};

const page = '<!doctype html><title>Welcome to our Wi-Fi</title>';

function canned(trouble: Trouble | null): Answer | null {
  if (trouble?.kind === 'html') {
    return { status: 200, headers: new Headers({ 'content-type': 'text/html' }), body: page };
  }
  if (trouble?.kind !== 'status') return null;
  const headers = new Headers({ 'content-type': 'text/html' });
  if (trouble.retryAfter !== undefined) headers.set('retry-after', String(trouble.retryAfter));
  if (trouble.status === 401) headers.set('www-authenticate', 'Bearer error="invalid_token"');
  return { status: trouble.status, headers, body: page };
}

const isJson = (request: Request): boolean => /json/.test(request.headers.get('content-type') ?? '');

function fieldsOf(request: Request, body: string): Record<string, string> {
  return isJson(request) ? (JSON.parse(body) as Record<string, string>) : Object.fromEntries(new URLSearchParams(body));
}

export function createNetwork(server: AuthServer, actor: Actor, scheduler: Scheduler, watch: NetworkWatch): Network {
  const { plan, now } = scheduler;
  const flights: Flight[] = [];
  const troubles: { endpoint: Endpoint; trouble: Trouble }[] = [];
  const hanging = new Set<() => void>();
  let online = true;
  let healed = false;

  const takeTrouble = (endpoint: Endpoint): Trouble | null => {
    const index = troubles.findIndex((waiting) => waiting.endpoint === endpoint);
    return index < 0 ? null : (troubles.splice(index, 1)[0]?.trouble ?? null);
  };

  const ask = async (flight: Flight, body: string): Promise<Answer> => {
    const inPlace = await watch.beforeServer(flight);
    if (inPlace) return inPlace;
    const { url, headers } = flight.request;
    // What is asked for is the same, whatever is sent along.
    const method = flight.endpoint === 'me' ? 'GET' : flight.request.method;
    const response = await server.fetch(
      new Request(url, { method, headers, ...(body && method !== 'GET' && { body }) }),
    );
    return { status: response.status, headers: response.headers, body: await response.text() };
  };

  const fly = (flight: Flight, settle: (got: Answer | 'broken') => void): void => {
    const { endpoint, trouble, page } = flight;
    const what = (verb: string): string => `${endpoint} #${flight.id} ${verb}`;
    const arrive = (got: Answer | 'broken', delay = usual): void => {
      const run = (): void => {
        // Without a network an answer does not arrive either.
        flight.got = online ? got : 'broken';
        flight.settled = true;
        watch.onArrival(flight);
        settle(flight.got);
      };
      const verb = got === 'broken' ? 'breaks' : `is answered ${got.status}`;
      plan({ what: what(verb), actor: page, delay, soonest: Math.min(least, delay), run });
    };
    const serve = (body: string): void => {
      const kind = trouble?.kind;
      if (!online || kind === 'lost request' || (kind === 'never' && healed)) {
        arrive('broken', 0);
        return;
      }
      if (kind === 'never') {
        hanging.add(() => arrive('broken', 0));
        return;
      }
      const before = canned(trouble);
      if (before) {
        arrive(before);
        return;
      }
      void ask(flight, body).then(async (answer) => {
        flight.served = answer;
        flight.servedAt = now();
        await watch.onServed(flight, answer);
        arrive(kind === 'lost answer' ? 'broken' : answer, usual + (trouble?.kind === 'slow answer' ? trouble.by : 0));
      });
    };
    const leave = (body: string): void => {
      flight.fields = fieldsOf(flight.request, body);
      watch.onSent(flight);
      const delay = usual + (trouble?.kind === 'slow request' ? trouble.by : 0);
      if (online) plan({ what: what('arrives'), actor, delay, soonest: least, run: () => serve(body) });
      else arrive('broken', 1);
    };
    void flight.request.text().then(leave);
  };

  return {
    flights,
    of: (page) => (input, init) =>
      new Promise<Response>((resolve, reject) => {
        const request = new Request(input, init);
        const { pathname, searchParams } = new URL(request.url);
        const endpoint = endpoints[pathname];
        if (page.gone || endpoint === undefined) return;
        const { signal } = request;
        if (signal.aborted) return reject(signal.reason);
        const call = searchParams.get('call');
        const flight: Flight = {
          id: flights.length + 1,
          page,
          endpoint,
          request,
          call: call === null ? null : Number(call),
          sentAt: now(),
          trouble: takeTrouble(endpoint),
          accessToken: /^Bearer (.*)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? null,
          fields: {},
          served: null,
          servedAt: null,
          settled: false,
          got: null,
        };
        flights.push(flight);
        signal.addEventListener('abort', () => {
          flight.settled = true;
          reject(signal.reason);
        });
        fly(flight, (got) => {
          if (got === 'broken') reject(new TypeError('Failed to fetch'));
          else resolve(new Response(got.body, { status: got.status, headers: got.headers }));
        });
      }),
    trouble: (endpoint, trouble) => void troubles.push({ endpoint, trouble }),
    setOnline(next) {
      online = next;
    },
    get online() {
      return online;
    },
    heal() {
      troubles.splice(0);
      healed = true;
      for (const end of hanging) end();
      hanging.clear();
    },
  };
}
