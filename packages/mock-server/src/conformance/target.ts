import type { ConformanceCredentials, ConformanceEndpoints, ConformanceOptions } from './options.ts';

/** The server to be checked, and with what. */
export interface Target {
  readonly url: URL;
  readonly user: ConformanceCredentials;
  readonly otherUser: ConformanceCredentials | null;
  readonly endpoints: ConformanceEndpoints;
  readonly clientId: string;
  readonly origin: string | null;
  readonly clock: URL | null;
  readonly timeout: number;
  readonly fetch: typeof fetch;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const paths: ConformanceEndpoints = {
  login: 'auth/login',
  refresh: 'auth/refresh',
  logout: 'auth/logout',
  revoke: 'auth/revoke',
  api: 'me',
  sessions: 'auth/sessions',
  logoutAll: 'auth/logout-all',
  metadata: '.well-known/oauth-authorization-server',
  jwks: 'auth/jwks',
};

const realWait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function targetOf(options: ConformanceOptions): Target {
  const given = new URL(options.url);
  const url = new URL(given.pathname.endsWith('/') ? given : `${given.origin}${given.pathname}/`);
  return {
    url,
    user: options.user,
    otherUser: options.otherUser ?? null,
    endpoints: { ...paths, ...options.endpoints },
    clientId: options.clientId ?? 'spa',
    origin: options.origin ?? null,
    clock: options.clock === undefined ? null : new URL(options.clock, url),
    timeout: options.timeout ?? 10_000,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    wait: options.wait ?? realWait,
  };
}
