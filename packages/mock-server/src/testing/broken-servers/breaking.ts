import type { AuthServer, AuthServerOptions } from '../../auth-server.ts';
import { runningClock } from '../../clock/clock.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Decision, Found, SessionStore } from '../../store/session-store.ts';
import { memorySigningKeys } from '../../tokens/signing-keys.ts';
import { testServer } from '../api.ts';
import { app } from '../conformance-server.ts';

/** A server that breaks the protocol on purpose, so that it can be seen who notices. */
export interface BrokenServer {
  /** What it does, as the end of "a server that …". */
  readonly that: string;
  /** The rules that are to notice, and no other, in the order of the report. */
  readonly breaks: readonly string[];
  /** Whether it takes a clock to see it. */
  readonly inTime?: true;
  /** Whether it can be seen together with the others of its list, which saves a run for each. */
  readonly alongside?: true;
  readonly options?: () => AuthServerOptions;
  /** What it does with a request, in place of the server or around it. */
  readonly answers?: () => Around;
}

/** Answers a request; `next` is what the sound server does. */
export type Around = (
  request: Request,
  next: (request: Request) => Promise<Response>,
  server: AuthServer,
) => Promise<Response>;

const signingKeys = memorySigningKeys();

export function built({ options, answers }: BrokenServer): Pick<AuthServer, 'fetch' | 'clock'> {
  const { server } = testServer({ clock: runningClock(), allowedOrigins: [app], signingKeys, ...options?.() });
  const around = answers?.();
  if (around === undefined) return server;
  return {
    clock: server.clock,
    fetch: (request, context) => around(request, (changed) => server.fetch(changed, context), server),
  };
}

/** One server with several faults that have nothing to do with each other. */
export function together(servers: readonly BrokenServer[]): BrokenServer {
  return {
    that: servers.map(({ that }) => that).join(', '),
    breaks: servers.flatMap(({ breaks }) => breaks),
    ...(servers.some(({ inTime }) => inTime === true) && { inTime: true }),
    options: () => {
      const all = servers.map(({ options }) => options?.() ?? {});
      return { ...Object.assign({}, ...all), policy: Object.assign({}, ...all.map(({ policy }) => policy)) };
    },
    answers: () =>
      servers
        .flatMap(({ answers }) => answers?.() ?? [])
        .reduce<Around>(
          (inner, outer) => (request, next, server) =>
            outer(request, (changed) => inner(changed, next, server), server),
          (request, next) => next(request),
        ),
  };
}

export const endpointOf = (request: Request): string =>
  `${request.method} ${new URL(request.url).pathname.replace(/^\/(auth\/)?/, '')}`;

/** Only one endpoint is broken. */
export const at =
  (endpoint: string, around: Around): Around =>
  (request, next, server) =>
    endpointOf(request) === endpoint ? around(request, next, server) : next(request);

export const formOf = async (request: Request): Promise<URLSearchParams> =>
  new URLSearchParams(await request.clone().text());

/** The form's refresh token; null for anything that is no such form, or has two. */
export async function refreshTokenOf(request: Request): Promise<string | null> {
  const isForm = request.method === 'POST' && /form-urlencoded/.test(request.headers.get('content-type') ?? '');
  const tokens = isForm ? (await formOf(request)).getAll('refresh_token') : [];
  return tokens.length === 1 ? (tokens[0] ?? null) : null;
}

export const withForm = ({ url, method, headers }: Request, form: URLSearchParams): Request =>
  new Request(url, { method, headers, body: form.toString() });

/** The request with some parameters replaced; null takes one away. */
export async function changedForm(request: Request, fields: Readonly<Record<string, string | null>>): Promise<Request> {
  const form = await formOf(request);
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) form.delete(name);
    else form.set(name, value);
  }
  return withForm(request, form);
}

export function withHeader(request: Request, name: string, value: string | null): Request {
  const changed = new Request(request);
  if (value === null) changed.headers.delete(name);
  else changed.headers.set(name, value);
  return changed;
}

/** The same answer with other headers; null takes one away. */
export function rewritten(response: Response, headers: Readonly<Record<string, string | null>>): Response {
  const changed = new Response(response.body, response);
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) changed.headers.delete(name);
    else changed.headers.set(name, value);
  }
  return changed;
}

type Json = Record<string, unknown>;

export const jsonOf = async (response: Response): Promise<Json> =>
  JSON.parse((await response.clone().text()) || '{}') as Json;

/** The same answer with a few members replaced; what is empty stays as it is. */
export async function restated(response: Response, members: (json: Json) => Json, status?: number): Promise<Response> {
  if (response.status === 204 || (await response.clone().text()) === '') return response;
  const json = await jsonOf(response);
  const { headers } = response;
  return new Response(JSON.stringify({ ...json, ...members(json) }), { status: status ?? response.status, headers });
}

/** A refusal in the form of the sound server's. */
export const refusal = (status: number, error: string, members: Json = {}): Response =>
  Response.json({ error, ...members }, { status, headers: usualHeaders(status) });

/** A logout that worked, or whatever else there is to say. */
export const accepted = (members: Json): Response => Response.json(members, { headers: usualHeaders(200) });

export const usualHeaders = (status: number): Record<string, string> => ({
  'access-control-allow-origin': app,
  'access-control-expose-headers': 'Date, Retry-After, WWW-Authenticate',
  vary: 'Origin',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  date: new Date().toUTCString(),
  ...(status === 401 && { 'www-authenticate': 'Bearer error="invalid_token"' }),
});

/** A store that writes something other than what was decided. */
export function storeThat(
  alters: (decision: Decision<Json>, found: Found | null) => Decision<Json>,
  sees: (found: Found | null) => Found | null = (found) => found,
): SessionStore {
  const inner = memoryStore();
  return {
    ...inner,
    decide: (lookup, rule) =>
      inner.decide(lookup, (found) => alters(rule(sees(found)) as Decision<Json>, found) as ReturnType<typeof rule>),
  };
}

/** Only the endpoint whose path ends so is broken, and what it does hangs on the tokens given out before. */
export function knowing(
  path: string,
  around: (memory: Memory, ...call: Parameters<Around>) => Promise<Response>,
): Around {
  const memory = createMemory();
  return async (request, next, server) =>
    request.url.endsWith(path) ? around(memory, request, next, server) : memory.learn(await next(request));
}

type Memory = ReturnType<typeof createMemory>;

/** Which refresh token is the newest of which session, from what the server answers. */
export function createMemory() {
  const newest = new Map<string, string>();
  const sessionOf = new Map<string, string>();
  const accessOf = new Map<string, string>();
  return {
    async learn(response: Response): Promise<Response> {
      const { refresh_token: refreshToken, access_token: accessToken, sid } = await jsonOf(response);
      if (typeof refreshToken === 'string' && typeof sid === 'string') {
        newest.set(sid, refreshToken);
        sessionOf.set(refreshToken, sid);
        accessOf.set(sid, String(accessToken));
      }
      return response;
    },
    sidOf: (refreshToken: string | null): string => sessionOf.get(refreshToken ?? '') ?? '',
    newestOf: (refreshToken: string | null): string =>
      newest.get(sessionOf.get(refreshToken ?? '') ?? '') ?? refreshToken ?? '',
    /** The access token that belongs to it. */
    accessOf: (refreshToken: string | null): string | undefined =>
      accessOf.get(sessionOf.get(refreshToken ?? '') ?? ''),
  };
}
