import type { AuthClientOptions } from '@latchkey/client';
import { type Accounts, type AccountsOptions, createAccounts } from './accounts.ts';

/** A backend as it is in the world: how it speaks, and how a client is told of it. */
export interface Backend {
  readonly name: string;
  readonly options: AuthClientOptions;
  credentials(password: string): Record<string, unknown>;
  readonly lifetime: number;
  /** What a logout does. `nothing`: the server is never told. `wants-a-live-token`: it ends the session of a live access token. */
  readonly logout: 'ends-the-session' | 'wants-a-live-token' | 'nothing';
  readonly rotates: boolean;
  readonly single?: AccountsOptions['single'];
  answer(request: Request, ask: Ask): Response | Promise<Response>;
}

export interface Ask {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accounts: Accounts;
  readonly bearer: string | null;
  readonly json: Record<string, string>;
  readonly form: URLSearchParams;
}

/** Every request to the backend; anything but its own endpoints is the application's API. */
export function openBackend(backend: Backend, now: AccountsOptions['now']) {
  const accounts = createAccounts({ now, lifetime: backend.lifetime, single: backend.single ?? false });
  const endpoints = {
    login: 'auth/login',
    refresh: 'auth/refresh',
    logout: 'auth/logout',
    ...backend.options.endpoints,
  };
  const base = String(backend.options.baseUrl).replace(/\/?$/, '/');
  const urls = Object.entries(endpoints).map(([kind, path]) => [new URL(path, base).href, kind]);
  const asked: { kind: string; request: Request }[] = [];
  return {
    accounts,
    asked,
    count: (kind: string) => asked.filter((one) => one.kind === kind).length,
    async fetch(request: Request): Promise<Response> {
      const { pathname: path, searchParams: query } = new URL(request.url);
      const kind = urls.find(([url]) => url === request.url)?.[1] ?? 'api';
      asked.push({ kind, request: request.clone() });
      const bearer = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? null;
      if (kind === 'api') return new Response(null, { status: accounts.opens(bearer) ? 200 : 401 });
      const text = await request.text();
      const isJson = request.headers.get('content-type')?.includes('json');
      const ask = {
        path,
        query,
        accounts,
        bearer,
        json: isJson && text ? JSON.parse(text) : {},
        form: new URLSearchParams(isJson ? '' : text),
      };
      return backend.answer(request, ask);
    },
  };
}
